import type { FailureRecord } from '../failure/failure-record.js'
import type { NotUndone } from '../failure/saga-failed.js'
import type { Inherited } from '../flow/node.js'
import { mayHaveHappened, type Doing, type SagaStep, type Undoing } from './saga-step.js'

/** Where a saga stands: JSON, carried by the entry that waits for the step under way. */
export interface Progress {
  readonly body: unknown
  readonly options: unknown
  readonly replies: Readonly<Record<string, unknown>>
  /** What goes on with the message when all is done. */
  readonly inherits: Inherited
  /** Epoch milliseconds after which no further step is begun. */
  readonly until?: number
  /** The step under way. */
  readonly at: number
  /** Set once a step has failed: from then on steps are undone. */
  readonly failed?: NotUndone
  /** Steps to be undone, the one under way first. */
  readonly toUndo: readonly number[]
  readonly undone: readonly string[]
  readonly notUndone: readonly NotUndone[]
}

/** How a step, or a compensation, ended. */
export type StepEnd = { readonly reply: unknown } | { readonly failure: FailureRecord }

/** What a saga does next. */
export type Move =
  | {
      readonly as: 'do' | 'undo'
      readonly branch: string
      readonly input: unknown
      readonly progress: Progress
    }
  | { readonly as: 'done'; readonly progress: Progress }
  | { readonly as: 'failed'; readonly progress: Progress & { readonly failed: NotUndone } }

/** The branch that undoes a step. */
export const undoOf = (step: string): string => `undo ${step}`

/** Begins. */
export const begin = (
  steps: readonly SagaStep[],
  p: Pick<Progress, 'body' | 'options' | 'inherits' | 'until'>,
): Move => doing(steps, { ...p, replies: {}, at: 0, toUndo: [], undone: [], notUndone: [] })

/** Goes on from the end of the step, or compensation, under way. `now`: epoch milliseconds. */
export const goOn = (steps: readonly SagaStep[], p: Progress, end: StepEnd, now: number): Move => {
  if (p.failed !== undefined) return undone(steps, p, p.failed, end)
  const step = steps[p.at]!
  if ('failure' in end) {
    const before = mayHaveHappened(step, end.failure) ? p.at + 1 : p.at
    return undo(steps, {
      ...p,
      failed: { step: step.name, failure: end.failure },
      toUndo: backFrom(steps, before),
    })
  }
  const next = { ...p, replies: { ...p.replies, [step.name]: end.reply }, at: p.at + 1 }
  if (next.at === steps.length) return { as: 'done', progress: next }
  if (p.until === undefined || now < p.until) return doing(steps, next)
  const failed = { step: steps[next.at]!.name, failure: LATE }
  return undo(steps, { ...next, failed, toUndo: backFrom(steps, next.at) })
}

const LATE: FailureRecord = {
  _tag: 'DeadlineExceeded',
  kind: 'permanent',
  message: 'the time of the saga was over before the step began',
}

const doing = (steps: readonly SagaStep[], progress: Progress): Move => {
  const { body, options, replies } = progress
  const input: Doing<unknown, unknown, unknown> = { body, options, replies }
  return { as: 'do', branch: steps[progress.at]!.name, input, progress }
}

/** The steps below `before` that can be undone, last first. */
const backFrom = (steps: readonly SagaStep[], before: number): readonly number[] =>
  steps.flatMap((s, i) => (i < before && s.undo !== undefined ? [i] : [])).toReversed()

const undo = (steps: readonly SagaStep[], p: Progress & { readonly failed: NotUndone }): Move => {
  const at = p.toUndo[0]
  if (at === undefined) return { as: 'failed', progress: p }
  const { body, options, failed } = p
  const replies = Object.fromEntries(steps.slice(0, at).map(({ name }) => [name, p.replies[name]]))
  const reply = p.replies[steps[at]!.name]
  const input: Undoing<unknown, unknown, unknown, unknown> = { body, options, replies, reply, why: failed }
  return { as: 'undo', branch: undoOf(steps[at]!.name), input, progress: p }
}

const undone = (steps: readonly SagaStep[], p: Progress, failed: NotUndone, end: StepEnd): Move => {
  const [at, ...toUndo] = p.toUndo
  const step = steps[at!]!.name
  const after =
    'failure' in end
      ? { notUndone: [...p.notUndone, { step, failure: end.failure }] }
      : { undone: [...p.undone, step] }
  return undo(steps, { ...p, failed, toUndo, ...after })
}
