import type { Readable } from 'node:stream'
import type { Clock, Logger } from '@xconnector/core'
import type { Head } from './head.js'
import type { Reply } from './reply.js'

/** Where the requests of one method and path go: a webhook, an endpoint, a file. */
export interface Place {
  /** In upper case. */
  readonly method: string
  /** The whole path. A segment `:name` is a parameter, found in the head's `params`. */
  readonly path: string
  /** What it is called in messages: `webhook`, `endpoint`, `file`. */
  readonly kind: string
  /** Asked before the body is read: what takes it, or the answer instead. */
  open(head: Head): Taker | Reply
}

/** What takes the body of a request. */
export type Taker = WholeTaker | StreamTaker

interface AnyTaker {
  readonly clock: Clock
  readonly log: Logger
  /** In the log: which place it is. */
  readonly name: string
  /** What has been said to the log once. */
  readonly said: Set<string>
}

/** Takes a body that fits into memory, as a whole. */
export interface WholeTaker extends AnyTaker {
  readonly as: 'whole'
  /** Where they are not the ingress's own. */
  readonly limits?: Limits
  /** Never rejects. */
  take(head: Head, raw: Buffer, watch: Watch): Promise<Reply>
}

/** Calls `f` once should the sender leave before it has its answer; gives the function that ends the watch. */
export type Watch = (f: () => void) => () => void

/** Takes a body as it comes, of any size: its limits of size and time are the taker's. */
export interface StreamTaker extends AnyTaker {
  readonly as: 'stream'
  /**
   * Never rejects. A sender that leaves early breaks the stream; what is left unread is thrown away.
   *
   * @param proceed called before the body is read: tells a sender that waits for it (`Expect: 100-continue`) to send.
   */
  take(head: Head, body: Readable, proceed: () => void): Promise<Reply>
}

/** Limits of a body that is read as a whole. */
export interface Limits {
  readonly maxBytes: number
  readonly timeoutMs: number
}
