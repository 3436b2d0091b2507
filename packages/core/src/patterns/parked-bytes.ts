import type { May } from '../result/result.js'
import { isParked } from '../step/is-parked.js'
import type { ClaimBytes } from './claim-store.js'
import { StreamBroken } from './stream-broken.js'

/** The bytes to be parked, piece by piece, ending when the signal aborts. Iterating destroys the stream behind them in any case. */
export async function* parkedBytes(
  open: () => May<ClaimBytes>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  signal?.throwIfAborted()
  const bytes = await open()
  if (bytes instanceof Uint8Array) return yield bytes
  const stream = bytes as AsyncIterable<Uint8Array | string> & { destroy?(error?: Error): unknown }
  // A stream that waits for its next byte is ended from outside.
  const abort = (): unknown => stream.destroy?.(signal!.reason as Error)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    for await (const chunk of brokenNamed(stream, signal)) {
      signal?.throwIfAborted()
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    }
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

async function* brokenNamed<T>(
  stream: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  try {
    yield* stream
  } catch (thrown) {
    signal?.throwIfAborted()
    throw isParked(thrown) ? thrown : new StreamBroken(thrown)
  }
}
