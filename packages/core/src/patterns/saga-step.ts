import type { FailureRecord } from '../failure/failure-record.js'
import type { NodeBranch } from '../flow/node.js'
import type { Branch } from '../flow/typed.js'
import type { AlertTarget, Route } from '../route/route.js'
import type { RetryOptions } from '../route/schedule.js'

/** What a step of a saga sees: the body, what was captured at the start, and the replies of the steps before it. */
export interface Doing<A, O, R> {
  readonly body: A
  readonly options: O
  readonly replies: R
}

/** What a compensation sees. */
export interface Undoing<A, O, R, B> extends Doing<A, O, R> {
  /** The reply of the step that is undone; `undefined` where nobody knows whether it took effect. */
  readonly reply: B | undefined
  /** Which step failed, and how. */
  readonly why: { readonly step: string; readonly failure: FailureRecord }
}

/** Options of a step. */
export interface SagaStepOptions<A, O, R, B, T extends string> {
  /** Undoes the step. It may run where the step has had no effect: there must be no harm in that. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly undo?: Branch<Undoing<A, O, R, B>, any, any, any>
  /** Failures by which the step has surely had no effect, also if it had been sent before: after these it is not undone. */
  readonly noEffect?: readonly T[]
  /** How failures of the step that may pass are retried. Default: as `retry()` without options. */
  readonly retry?: RetryOptions
  /** The same for those of `undo`. */
  readonly undoRetry?: RetryOptions
  /** Told when `undo` has failed in the end. */
  readonly alert?: AlertTarget
}

/** A step as the saga runs it. */
export interface SagaStep {
  readonly name: string
  readonly doing: NodeBranch
  readonly undo: NodeBranch | undefined
  readonly route: Route
  readonly undoRoute: Route
  readonly noEffect: readonly string[]
}

/** They end an attempt wherever it stands. */
const ANYWHERE: ReadonlySet<string> = new Set(['DeadlineExceeded', 'Crashed', 'NoReply', 'StepFailed'])

/**
 * Whether the failed step may have had an effect. Of a target that may be sent twice nobody knows: a crash may have hidden the
 * attempt that worked. An unsafe one is marked before it is sent, so that what it says is so.
 */
export const mayHaveHappened = ({ doing, noEffect }: SagaStep, { _tag, kind }: FailureRecord): boolean => {
  if (noEffect.includes(_tag)) return false
  const unsafe = typeof doing !== 'function' && doing.effect === 'unsafe'
  return !unsafe || kind === 'unknown' || ANYWHERE.has(_tag)
}
