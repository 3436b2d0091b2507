import { Failure, type Kind } from '@xconnector/core'

/** What an operator needs to know of a call that failed. Built from scratch: nothing in it carries a credential. */
export interface CallFacts {
  /** The destination's name. */
  readonly destination: string
  /** The target's or query's name. */
  readonly target: string
  readonly method: string
  /** The path as it was declared, with `:params`; `(computed)` where a function made it. Never a query. */
  readonly path: string
  /** How long the call took, the quick retry included. */
  readonly durationMs: number
  /** Status of the answer, if there was one. */
  readonly status?: number
  /** Chosen headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** The first 4096 characters of the answer, redacted. */
  readonly answer?: string
  /** The platform's code: `ECONNRESET`, `ENOTFOUND`, … */
  readonly code?: string
}

/** One occurrence: the facts, and what core should make of them. */
export interface Occurrence<K extends Kind = Kind> {
  readonly kind: K
  readonly facts: CallFacts
  /** What happened, after "POST /assets of "site" ". */
  readonly what: string
  readonly retryAt?: number
  /** Only what is made so that it may be shown: never an error of a library. */
  readonly cause?: unknown
  readonly scope?: 'message' | 'destination'
}

/** The base of all failures of HTTP calls. Test the `_tag`. */
export abstract class HttpFailure<Tag extends string, K extends Kind = Kind>
  extends Failure<Tag, K>
  implements CallFacts
{
  readonly destination: string
  readonly target: string
  readonly method: string
  readonly path: string
  readonly durationMs: number
  declare readonly status?: number
  declare readonly headers?: Readonly<Record<string, string>>
  declare readonly answer?: string
  declare readonly code?: string

  constructor(tag: Tag, occurrence: Occurrence<K>) {
    const { facts, kind, what } = occurrence
    super(tag, kind, `${facts.method} ${facts.path} of "${facts.destination}" ${what}`, occurrence)
    this.destination = facts.destination
    this.target = facts.target
    this.method = facts.method
    this.path = facts.path
    this.durationMs = facts.durationMs
    if (facts.status !== undefined) this.status = facts.status
    if (facts.headers !== undefined) this.headers = facts.headers
    if (facts.answer !== undefined) this.answer = facts.answer
    if (facts.code !== undefined) this.code = facts.code
  }
}
