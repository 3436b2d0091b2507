import type { Clock, Effect } from '@xconnector/core'
import type { Exchange } from '../outcome/exchange.js'

/** A request, ready to be sent. */
export interface Wire {
  readonly method: string
  readonly baseUrl: string
  /** Path and query below the base. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
  readonly effect: Effect
  readonly clock: Clock
  /** Epoch milliseconds. */
  readonly deadline: number
  /** Ends the exchange from outside. */
  readonly signal: AbortSignal
  parkedUntil(): number
}

/** Sends requests. */
export interface Transport {
  /** The one exchange, the quick retry included. Rejects with the signal's reason when that ended it. */
  send(wire: Wire): Promise<Exchange>
  /** Closes idle connections. */
  close(): void
}
