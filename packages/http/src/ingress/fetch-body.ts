import type { Clock } from '@xconnector/core'
import { TOO_SLOW, tooLarge } from './body-limits.js'
import { CROWDED, type Holding } from './holdings.js'
import type { Limits } from './place.js'
import { problem } from './problem.js'
import type { Reply } from './reply.js'

const CUT = problem(400, { detail: 'the body ended early' })

/** Reads a request's body as one buffer, within limits of size and time; or gives the answer instead. */
export const readFetchBody = async (
  request: Request,
  limits: Limits,
  clock: Clock,
  holding: Holding,
): Promise<Buffer | Reply> => {
  const reader = request.body?.getReader()
  if (reader === undefined) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let size = 0
  let slow = false
  const cancel = clock.after(
    limits.timeoutMs,
    () => {
      slow = true
      void reader.cancel().catch(() => {})
    },
    { background: true },
  )
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (slow) return TOO_SLOW
      if (done) return Buffer.concat(chunks, size)
      size += value.length
      if (size > limits.maxBytes) {
        void reader.cancel().catch(() => {})
        return tooLarge(limits.maxBytes)
      }
      if (!holding.add(value.length)) {
        void reader.cancel().catch(() => {})
        return CROWDED
      }
      chunks.push(value)
    }
  } catch {
    return slow ? TOO_SLOW : CUT
  } finally {
    cancel()
  }
}
