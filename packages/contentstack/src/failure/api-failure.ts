import { Failure } from '@xconnector/core'
import type { CallFacts } from '@xconnector/http'
import type { ErrorEnvelope } from './envelope.js'

/** The facts of a call that Contentstack refused, and what it said. Nothing in it carries a credential. */
export interface ApiRefusal {
  readonly call: CallFacts
  readonly envelope: ErrorEnvelope
}

/** The base of the failures that Contentstack's APIs tell apart by their codes. Test the `_tag`. */
export abstract class ApiFailure<Tag extends string> extends Failure<Tag, 'permanent'> {
  readonly destination: string
  readonly target: string
  readonly method: string
  /** As declared: never with a query. */
  readonly path: string
  readonly durationMs: number
  readonly status: number
  /** Contentstack's own code. */
  declare readonly errorCode?: number
  readonly errorMessage: string
  readonly errors: Readonly<Record<string, readonly string[]>>

  constructor(tag: Tag, { call, envelope }: ApiRefusal) {
    const { errorCode, errorMessage, errors } = envelope
    const code = errorCode === undefined ? '' : `, error code ${errorCode}`
    super(
      tag,
      'permanent',
      `${call.method} ${call.path} of "${call.destination}" was answered with ${call.status}${code}: ${said(envelope)}`,
    )
    this.destination = call.destination
    this.target = call.target
    this.method = call.method
    this.path = call.path
    this.durationMs = call.durationMs
    this.status = call.status ?? 0
    if (errorCode !== undefined) this.errorCode = errorCode
    this.errorMessage = errorMessage
    this.errors = errors
  }
}

const SHOWN = 5

const said = ({ errorMessage, errors }: ErrorEnvelope): string => {
  const fields = Object.entries(errors).slice(0, SHOWN)
  const details = fields.map(([field, texts]) => `${field} ${texts.join(', ')}`).join('; ')
  return [errorMessage, details && `(${details})`].filter(Boolean).join(' ') || 'without a message'
}
