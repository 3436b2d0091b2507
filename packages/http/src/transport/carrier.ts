import type { Trace } from '../client/trace.js'
import type { Streaming, Wire } from '../client/wire.js'
import type { Exchange } from '../outcome/exchange.js'

/** One request of a wire. */
export interface Carried {
  readonly wire: Wire
  /** Those of the wire, and what was made anew for this time. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether a 2xx answer is wanted as a stream. */
  readonly streamed: boolean
}

/** What puts a request on the wire once, and reads its answer. */
export interface Carrier {
  /** Rejects only where the request itself was at fault, and was not sent. */
  carry(request: Carried, trace: Trace): Promise<Exchange | Streaming>
  close(): void
}
