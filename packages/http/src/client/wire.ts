import type { Readable } from 'node:stream'
import type { Clock, Effect, May } from '@xconnector/core'
import type { AnswerHeaders, Exchange } from '../outcome/exchange.js'

/** A request, ready to be sent. */
export interface Wire {
  readonly method: string
  readonly baseUrl: string
  /** Path and query below the base. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /**
   * Asked each time it is put on the wire, the quick retry included: headers that are added to it, and win. `moved`: where
   * a redirect leads it instead.
   */
  readonly fresh?:
    | ((moved?: Pick<Wire, 'baseUrl' | 'url'>) => May<Readonly<Record<string, string>>>)
    | undefined
  /** A stream is sent once, and is destroyed by whoever gave it. */
  readonly body: Buffer | Readable | undefined
  readonly effect: Effect
  readonly clock: Clock
  /** Epoch milliseconds. */
  readonly deadline: number
  /** Ends the exchange from outside. */
  readonly signal: AbortSignal
  parkedUntil(): number
  /** Whether the destination's retry budget has room for the quick retry. */
  mayRepeat(): boolean
}

/** A 2xx answer whose body has yet to be read. */
export interface Streaming {
  readonly as: 'streaming'
  readonly status: number
  readonly headers: AnswerHeaders
  /** As it came, not decompressed. Ends with the wire's signal. */
  readonly stream: Readable
}

/** Sends requests. */
export interface Transport {
  /** The one exchange, the quick retry included. What the signal ended is `timed-out`. */
  send(wire: Wire): Promise<Exchange>
  /** The same, for an answer whose body is read as a stream. Any other than 2xx is read to its end. */
  open(wire: Wire): Promise<Exchange | Streaming>
  /** Closes idle connections. */
  close(): void
}
