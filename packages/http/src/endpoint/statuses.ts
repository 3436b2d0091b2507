import type { Kind } from '@xconnector/core'
import type { AnswerFor, FailureAnswer } from './failure-answers.js'

const data: unique symbol = Symbol.for('@xconnector/http statuses') as never

/** The default answers: see `statuses`. */
export interface Statuses {
  readonly [data]: Readonly<Partial<Record<Kind, AnswerFor<unknown>>>>
}

/**
 * The default answers of an endpoint, for `otherwise`: by the tag where this package or core brings it, else by the kind of the
 * occurrence. Overrides replace those by kind; answer known tags in `failures`.
 *
 * | status | tags | kind |
 * |---|---|---|
 * | 400 | `DecodeFailed` | `poison` |
 * | 404 | `NotFound`, `Filtered` | |
 * | 409 | `Conflict`, `KeyInUse` | |
 * | 412 | `PreconditionFailed` | |
 * | 500 | `StepFailed` | `permanent` |
 * | 502 | all others of HTTP: a backend failed, or refused our own credentials; `OutcomeUnknown`, `PartialFailure` | `unknown` |
 * | 503 | `RateLimited`, `Unavailable`, `CircuitOpen`, `Parked`, `Throttled`, `JournalUnavailable` | `transient` |
 * | 504 | `TimedOut`, `DeadlineExceeded`, `NoReply` | |
 *
 * A 503 carries `Retry-After`: the failure's `retryAt`, else 5 seconds. No detail is told.
 */
export const statuses = (
  overrides: Readonly<Partial<Record<Kind, number | FailureAnswer>>> = {},
): Statuses => {
  for (const [kind, answer] of Object.entries(overrides)) {
    if (!Object.hasOwn(BY_KIND, kind))
      throw new TypeError(
        `statuses: expected the kinds transient, unknown, permanent and poison, got ${JSON.stringify(kind)}`,
      )
    checkAnswer(`statuses ${kind}`, answer)
  }
  return { [data]: overrides }
}

/** @throws TypeError naming `option` when an answer is none. */
export const checkAnswer = (option: string, answer: unknown): void => {
  if (typeof answer === 'function') return
  const status = typeof answer === 'object' && answer !== null ? (answer as FailureAnswer).status : answer
  if (!isFailureStatus(status))
    throw new TypeError(`${option}: expected a status from 400 to 599, got ${shown(status)}`)
}

/** Whether a number is a status of a failure. */
export const isFailureStatus = (status: unknown): status is number =>
  Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599

/** What `statuses` answer a failure with. */
export const statusOf = (
  statuses: Statuses,
  tag: string,
  kind: Kind | undefined,
): AnswerFor<never> | undefined =>
  (Object.hasOwn(BY_TAG, tag) ? BY_TAG[tag] : undefined) ??
  (kind === undefined ? undefined : (statuses[data][kind] ?? BY_KIND[kind]))

const shown = (got: unknown): string => (typeof got === 'number' ? String(got) : typeof got)

const BY_KIND: Readonly<Record<Kind, number>> = { transient: 503, unknown: 502, permanent: 500, poison: 400 }

const BY_TAG: Readonly<Record<string, number>> = {
  DecodeFailed: 400,
  NotFound: 404,
  Filtered: 404,
  Conflict: 409,
  KeyInUse: 409,
  PreconditionFailed: 412,
  StepFailed: 500,
  BadResponse: 502,
  ConnectFailed: 502,
  ConnectionLost: 502,
  Forbidden: 502,
  OutcomeUnknown: 502,
  PartialFailure: 502,
  Rejected: 502,
  Unauthorized: 502,
  CircuitOpen: 503,
  JournalUnavailable: 503,
  Parked: 503,
  RateLimited: 503,
  Throttled: 503,
  Unavailable: 503,
  DeadlineExceeded: 504,
  NoReply: 504,
  TimedOut: 504,
}
