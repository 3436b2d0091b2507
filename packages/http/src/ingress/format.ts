import type { Json, JsonText, May } from '@xconnector/core'
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
  /** 415: it is of another media type or encoding. 400: it is not what its type says. */
  readonly status: 400 | 415
  /** For the sender's developer: what was expected. Never a value from the request. */
  readonly detail: string
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

/** @throws TypeError when it is no format. */
export const checkedFormat = (format: Format, webhook: string): Format => {
  if (typeof format?.read === 'function' && Array.isArray(format.types)) return format
  throw new TypeError(`webhook ${webhook} format: expected a format, such as cloudEvents()`)
}
