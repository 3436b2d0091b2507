import type { Readable } from 'node:stream'
import type { Reply } from '../../ingress/reply.js'
import type { HeaderList } from './header-list.js'

/** A request of a client, and where its answer goes: of either kind of handler. */
export interface Front {
  readonly method: string
  /** The request target as it came. */
  readonly target: string
  readonly headers: HeaderList
  /** The address of the neighbour that sent it, where that is known. */
  readonly address: string | undefined
  readonly secure: boolean
  /** `HTTP/1.1` and `1.0`: how `Via` names it. */
  readonly version: string
  /** Whether the head of the answer has been given. */
  readonly started: boolean
  /** Whether a whole answer of the gateway's own has been given. */
  readonly replied: boolean
  /** Whether the client has left. */
  readonly gone: boolean
  /** The body, when there is one. To be asked for once. */
  body(): Readable | undefined
  /** Called when the client leaves before its answer is complete. One listener; later ones replace it. */
  onGone(f: () => void): void
  /** Called when more may be written, after `write` gave `false`. One listener. */
  onReady(f: () => void): void
  /** Gives the head of the answer. */
  head(status: number, headers: string[]): void
  /** Gives a piece of the answer's body. `false`: wait for `onReady`. */
  write(chunk: Uint8Array): boolean
  end(last?: Uint8Array): void
  /** Breaks the answer off, so that the client sees that it is not complete. */
  abort(): void
  /** Gives a whole answer of the gateway's own. */
  reply(reply: Reply): void
}
