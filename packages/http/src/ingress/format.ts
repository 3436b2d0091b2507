import type { Intake, Issue, Json, JsonText, May } from '@xconnector/core'
import type { Head } from './head.js'
import type { Reply } from './reply.js'

/** What a format sees of a request's head. */
export type FormatHead = Pick<Head, 'header' | 'headers' | 'all'>

/**
 * How the body of a webhook becomes messages. A port: JSON is the default. It is asked after the verifier, over the same
 * bytes; a throw is answered with 500.
 */
export interface Format {
  /** The media types that it takes: told to the sender with a 415. */
  readonly types: readonly string[]
  read(head: FormatHead, raw: Buffer): May<Read>
  /** Answers `OPTIONS` at the webhook's path, where senders ask whether they may send. Left out: 405. */
  options?(head: FormatHead): Reply
}

/** What was read: messages, which are accepted in one transaction, all or none; or what is wrong with the body. */
export type Read = ReadMessages | FormatFlaw

/** The messages of a body. */
export interface ReadMessages {
  readonly messages: readonly FormatMessage[]
  /** The body is a list, of any length: answered with `ids` in place of one `id`. */
  readonly list?: true
}

/** Why a body is refused. */
export interface FormatFlaw {
  /** 415: it is of another media type or encoding. 400: it is not what its type says. 413: there is too much of it. */
  readonly status: 400 | 413 | 415
  /** For the sender's developer: what was expected. Never a value from the request. */
  readonly detail: string
  /** Where, and what was expected. Never a value from the request. */
  readonly issues?: readonly Issue[]
}

/** What a format of streams sees of a request's head. */
export type StreamHead = FormatHead & Pick<Head, 'params'>

/**
 * How a body that may be too large for the memory becomes messages: what is large in it goes to a store. A port. Its verifier
 * looks at the bytes as they go by, and its doubt is the last of them: it makes the iteration throw.
 */
export interface StreamFormat {
  /** The media types that it takes: told to the sender with a 415. */
  readonly types: readonly string[]
  readonly stream: StreamRules
  /** Looks at the head, before the body is read. */
  check(head: StreamHead): FormatFlaw | undefined
  /**
   * Takes the bytes. Where their iteration throws it rejects, and has kept nothing.
   *
   * @param key of this request alone: what is put into a store is put under it.
   */
  take(head: StreamHead, bytes: AsyncIterable<Buffer>, key: string): Promise<TakenStream>
  /** Called when a runtime starts the webhook; gives what is called when it stops. */
  start?(intake: Intake): () => void
}

/** What was made of a stream. */
export interface TakenStream {
  readonly read: Read
  /** Removes what was stored: nothing refers to it. */
  discard(): Promise<void>
}

/** Limits of a body that comes as a stream. */
export interface StreamRules {
  readonly maxBytes: number
  /** For how long the sender may say nothing: milliseconds. */
  readonly idleMs: number
  /** How fast it must be in the mean, while it is waited for: bytes a second. */
  readonly minRate: number
  /** Of how many requests bodies are read at once. */
  readonly atOnce: number
  /** Whether a checksum must come with it. */
  readonly digest: 'when-sent' | 'required'
  /** A header with the SHA-256 of the body, in hex, besides those of RFC 9530. In lower case. */
  readonly digestHeader: string | undefined
}

/** One message of a body. What is left out comes from the webhook's options, its verifier and its headers. */
export interface FormatMessage {
  /** What the webhook's decoder gets. */
  readonly raw: Json
  /** The JSON text of `raw`, where it is at hand. */
  readonly text?: JsonText
  /** The id that stands in the body: the dedupe key. */
  readonly id?: string
  /** An id that stands in the head, which signatures of a body do not cover: used where the verifier gives none. */
  readonly headId?: string
  readonly type?: string
  /** When it happened: epoch milliseconds. */
  readonly time?: number
  /** Stored with the message, beside those that the webhook keeps. Never credentials. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Whether a format takes streams. */
export const isStreamFormat = (format: Format | StreamFormat): format is StreamFormat => 'take' in format

/** @throws TypeError when it is no format. */
export const checkedFormat = <F extends Format | StreamFormat>(format: F, webhook: string): F => {
  const { read, take } = (format ?? {}) as { readonly read?: unknown; readonly take?: unknown }
  if ((typeof read === 'function' || typeof take === 'function') && Array.isArray(format.types)) return format
  throw new TypeError(`webhook ${webhook} format: expected a format, such as cloudEvents()`)
}
