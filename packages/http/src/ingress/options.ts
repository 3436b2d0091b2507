import type { AnyDecoder, Clock, Duration, Json, Logger } from '@xconnector/core'
import type { Verifier } from '../verify/verifier.js'
import type { Format, StreamFormat } from './format.js'
import type { Head } from './head.js'

/** Options of an ingress. */
export interface IngressOptions {
  /** Stands before the path of every webhook. Default: nothing. */
  readonly basePath?: string
  /** The most bytes that a body may have; more are answered with 413. Default 1 MiB. */
  readonly maxBytes?: number
  /** In which a body must have come; a slower one is answered with 408. Default `'10s'`. */
  readonly timeout?: Duration
  /** Of how many requests bodies are read or worked on at once; more are answered with 503 at once. Default 1024. */
  readonly maxBodies?: number
  /**
   * How many bytes of these bodies are held in memory at once; what would be more is answered with 503. Files are not counted:
   * they have limits of their own. Default 64 MiB.
   */
  readonly maxHeldBytes?: number
  /** Default: the clock of the runtime that started the webhook; of endpoints, the machine's. */
  readonly clock?: Clock
  /** Of endpoints: webhooks have their runtime's. Default: warnings to stderr as JSON lines. */
  readonly log?: Logger
}

/** Where the type of a webhook's messages is found. */
export type WebhookType =
  | string
  | { readonly header: string }
  | { readonly field: string }
  | ((raw: Json) => string)

/** Options of one webhook. */
export interface WebhookOptions<D extends AnyDecoder> {
  /** Below the ingress's base path; compared exactly, the query is not looked at. */
  readonly path: string
  /** Default `'POST'`. */
  readonly method?: string
  /** What the flow starts with, from the JSON of a message: an io-ts codec or a Standard Schema. */
  readonly body: D
  /** Who may send. `unsigned({ because })` where nobody signs. */
  readonly verify: Verifier
  /** The source's name. Default: the whole path. */
  readonly name?: string
  /**
   * The type of its messages: a text, the header or the top-level field that holds it, or a function of the body.
   * Default: the body's `type` where that is a text, else `'webhook'`.
   */
  readonly type?: WebhookType
  /**
   * What a repeat is known by: the verified id (default), a header of the request, a top-level field of the body, or
   * nothing. For how long is the flow's to say: `.from(source, { window })`.
   */
  readonly dedupe?: 'id' | 'none' | { readonly header: string } | { readonly field: string }
  /**
   * How the body becomes messages. Default: one message of JSON, `jsonFormat()`. Others: `formFormat()`, `multipartFormat()`,
   * `csvFormat()`, `ndjsonFormat()`, `xmlFormat()`, `textFormat()`, `cloudEvents()`; `formats(…)` takes several.
   */
  readonly format?: Format | StreamFormat
  /**
   * Which verified bodies are wanted at all; the others are answered with 204 and not stored. Left out: all. Looks at the
   * body before it is decoded; where it throws, the body is wanted.
   */
  readonly only?: (raw: Json, request: Pick<Head, 'header'>) => boolean
  /** What becomes of a verified body that does not decode: a dead letter and 202 (default), or 400. */
  readonly undecodable?: 'dead-letter' | 'refuse'
  /** Headers to store with the message, beside the webhook's id and time, trace and correlation. Never credentials. */
  readonly headers?: readonly string[]
}
