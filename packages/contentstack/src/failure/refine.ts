import type { ExchangeFailure, FailedAnswer } from '@xconnector/http'
import { envelopeIn } from './envelope.js'
import { ItemNotFound } from './item-not-found.js'
import { StackRejected } from './stack-rejected.js'

/** What the APIs' own codes make of a failure. */
export type StackFailure = ItemNotFound | StackRejected

const NOT_FOUND = new Set([118, 141])
// Permissions of an environment, and second factors: none of them is an expired token.
const NO_EXPIRY = new Set([161, 294, 295])

/**
 * Turns HTTP's failures of a read into Contentstack's own, by the code in the answer. Left as they are: limits (429), 5xx,
 * 403, 401 that may be an expired token, and answers without Contentstack's envelope.
 */
export const refine = (failure: ExchangeFailure, answer: FailedAnswer): StackFailure | undefined => {
  switch (failure._tag) {
    case 'Unauthorized':
    case 'Rejected':
    case 'NotFound':
    case 'PreconditionFailed':
    case 'Conflict':
      break
    default:
      return undefined
  }
  const envelope = envelopeIn(failure.answer, () => answer.json())
  if (failure._tag === 'NotFound')
    return new ItemNotFound({ call: failure, envelope: envelope ?? NOTHING_SAID })
  if (envelope === undefined) return undefined
  const refusal = { call: failure, envelope }
  const code = envelope.errorCode ?? 0
  if (failure._tag === 'Unauthorized') return NO_EXPIRY.has(code) ? new StackRejected(refusal) : undefined
  return NOT_FOUND.has(code) && failure.status === 422
    ? new ItemNotFound(refusal)
    : new StackRejected(refusal)
}

const NOTHING_SAID = { errorMessage: '', errors: {} }
