import type { Readable } from 'node:stream'
import type { Clock } from '@xconnector/core'
import type { Network } from '../../network/network.js'
import type { HeaderList } from '../wire/header-list.js'

/** Where a backend is. */
export interface BackendOrigin {
  readonly secure: boolean
  readonly hostname: string
  readonly port: number
  /** As sent in `Host`. */
  readonly host: string
}

/** How connections to a backend are made. */
export interface ConnectionSettings {
  /** The most connections at a time. */
  readonly connections: number
  /** How long making one may take. */
  readonly connectMs: number
  /** How long an unused one is kept. */
  readonly keepAliveMs: number
  readonly clock: Clock
  /** Its TLS settings and its proxy, where it needs any. */
  readonly network?: Network | undefined
}

/** A request for a backend, ready for the wire but for its framing. */
export interface Outgoing {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: HeaderList
  readonly body: Readable | undefined
}

/**
 * Why there is no (whole) answer. `refused`: no connection came about, so that nothing was sent. `cut`: the body of the request
 * broke off, or the client was too slow: no fault of the backend's.
 */
export type WireTrouble = 'refused' | 'timed-out' | 'lost' | 'cut'

/** What happens to a request on the wire. Nothing is called after `end` or `fail`. */
export interface AnswerHandler {
  /** A piece of the request's body has been sent. */
  sent(): void
  head(status: number, headers: HeaderList): void
  /** `false`: wait for `resume`. */
  data(chunk: Uint8Array): boolean
  end(): void
  fail(trouble: WireTrouble): void
}

/** A request on the wire. */
export interface Sending {
  resume(): void
  /** Ends it at once; nothing of the handler is called any more. */
  abort(): void
}

/** The connections of one backend. */
export interface Connections {
  send(request: Outgoing, handler: AnswerHandler): Sending
  close(): void
}

/** How a gateway talks to its backends. A port. */
export interface BackendTransport {
  open(origin: BackendOrigin, settings: ConnectionSettings): Connections
}
