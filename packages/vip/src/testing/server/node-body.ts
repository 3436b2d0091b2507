import type { IncomingMessage } from 'node:http'

const HELD_BYTES = 1 << 18

/**
 * The body of a node request as a web stream. Holds at most some 256 KiB; when the sender's connection breaks before the
 * body has ended, gives every byte that arrived and fails then.
 */
export const nodeBody = (request: IncomingMessage): ReadableStream<Uint8Array> => {
  const held: Buffer[] = []
  let bytes = 0
  let ended: 'whole' | 'broken' | undefined
  let wake = (): void => {}
  const end = (how: 'whole' | 'broken') => (): void => {
    ended ??= how
    wake()
  }
  const take = (chunk: Buffer): void => {
    held.push(chunk)
    bytes += chunk.byteLength
    if (bytes >= HELD_BYTES) request.pause()
    wake()
  }
  request.on('data', take)
  request.on('end', end('whole'))
  request.on('error', end('broken'))
  request.on('close', end('broken'))
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (held.length === 0 && ended === undefined)
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        const chunk = held.shift()
        if (chunk !== undefined) {
          bytes -= chunk.byteLength
          if (bytes < HELD_BYTES) request.resume()
          controller.enqueue(chunk)
        } else if (ended === 'broken') controller.error(new Error('the connection of the sender broke'))
        else controller.close()
      },
      cancel() {
        // What still comes is read and thrown away, or the connection could not be used again.
        request.off('data', take)
        held.length = 0
        request.resume()
      },
    },
    { highWaterMark: 0 },
  )
}
