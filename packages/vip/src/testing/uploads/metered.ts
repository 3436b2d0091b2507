import type { Clock } from '@xconnector/core'

/** What became of a request's body while it was read. */
export interface Meter {
  /** Bytes that arrived. */
  bytes: number
  /** `broken`: the sender's connection broke; `cut`: a fault cut it. */
  ended?: 'whole' | 'broken' | 'cut'
}

export interface MeterOptions {
  /** Bytes after which the connection is cut. */
  readonly cutAfter?: number
  readonly bytesPerSecond?: number
  readonly clock: Clock
}

/**
 * A body that counts its bytes into `meter`. When the sender's connection breaks, it ends instead of failing, so that
 * whoever stores it keeps every byte that arrived. Holds one chunk at a time.
 */
export const metered = (
  body: ReadableStream<Uint8Array>,
  meter: Meter,
  { cutAfter = Infinity, bytesPerSecond, clock }: MeterOptions,
): ReadableStream<Uint8Array> => {
  const reader = body.getReader()
  const ended = (controller: ReadableStreamDefaultController, how: Meter['ended'] & string): void => {
    meter.ended = how
    controller.close()
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await reader.read().catch(() => 'broken' as const)
        if (next === 'broken') return ended(controller, 'broken')
        if (next.done) return ended(controller, 'whole')
        const chunk = next.value.subarray(0, cutAfter - meter.bytes)
        meter.bytes += chunk.byteLength
        if (bytesPerSecond !== undefined) await clock.sleep((chunk.byteLength / bytesPerSecond) * 1000)
        if (chunk.byteLength > 0) controller.enqueue(chunk)
        if (meter.bytes < cutAfter) return
        ended(controller, 'cut')
        void reader.cancel().catch(() => {})
      },
      cancel: (reason) => reader.cancel(reason).catch(() => {}),
    },
    { highWaterMark: 0 },
  )
}
