import { failureRecord } from '../failure/failure-record.js'
import { isFailure, type Tagged } from '../failure/failure.js'
import { NoReply } from '../failure/no-reply.js'
import { SagaFailed } from '../failure/saga-failed.js'
import { failureToJson } from '../failure/to-json.js'
import type { Caught, Decision, NodeContext, NodeDefinition } from '../flow/node.js'
import type { Reply } from '../ports/journal.js'
import { left, right, type Result } from '../result/result.js'
import type { Context } from '../step/step.js'
import { begin, goOn, undoOf, type Move, type Progress, type StepEnd } from './saga-progress.js'
import type { SagaStep } from './saga-step.js'

/** The entrance at which a saga goes on from the end of a step. */
export const GOES_ON = 'goes on'

const IT = 'it'

/** A saga as it runs. */
export interface SagaRules {
  readonly name: string
  readonly steps: readonly SagaStep[]
  readonly capture: ((body: unknown, ctx: Context) => unknown) | undefined
  readonly withinMs: number | undefined
}

/**
 * Each step is a branch whose reply is joined: the entry that waits for it carries where the saga stands. These entries have
 * neither the version nor the deadline of the message: what was begun is ended, or undone.
 */
export const sagaNode = ({ name, steps, capture, withinMs }: SagaRules): NodeDefinition => {
  const failure = ({ failed, undone, notUndone }: (Move & { as: 'failed' })['progress']): SagaFailed =>
    new SagaFailed(name, failed, undone, notUndone)

  const decided = (move: Move, nth: number): Decision => {
    const p = move.progress
    if (move.as === 'failed') return { fails: failure(move.progress) }
    if (move.as === 'done') return { emit: [{ to: 'next', body: bodyOf(p), inherits: p.inherits }] }
    const { key } = p.inherits
    const deadline = move.as === 'do' ? p.until : undefined
    const inherits = { ...(key !== undefined && { key }), ...(deadline !== undefined && { deadline }) }
    return {
      emit: [
        {
          to: GOES_ON,
          body: { p, nth },
          suffix: String(nth),
          fresh: true,
          join: { expect: [IT], settle: 'all' },
        },
        { to: move.branch, body: move.input, as: IT, inherits },
      ],
    }
  }

  const captured = async (body: unknown, ctx: Context): Promise<Result<Tagged, unknown>> => {
    const options = await capture?.(body, ctx)
    return isFailure(options) ? left(options) : right(options ?? null)
  }

  const enter = async (body: unknown, ctx: NodeContext): Promise<Result<Tagged, Decision>> => {
    const options = await captured(body, ctx)
    if (options._tag === 'Left') return options
    const { inherits } = ctx
    const ends = [withinMs === undefined ? [] : ctx.now + withinMs, inherits.deadline ?? []].flat()
    const until = ends.length === 0 ? {} : { until: Math.min(...ends) }
    return right(decided(begin(steps, { body, options: options.right, inherits, ...until }), 0))
  }

  const goesOn = ({ p, nth }: { p: Progress; nth: number }, ctx: NodeContext): Result<Tagged, Decision> => {
    const under = steps[p.failed === undefined ? p.at : p.toUndo[0]!]!
    const branch = p.failed === undefined ? under.doing : under.undo
    const end = endOf(ctx.replies![IT]!, p.failed === undefined, typeof branch === 'function')
    return right(decided(goOn(steps, p, end, ctx.now), nth + 1))
  }

  return {
    enter,
    entrances: { [GOES_ON]: goesOn },
    branches: Object.fromEntries(
      steps.flatMap((s) => [
        [s.name, s.doing] as const,
        ...(s.undo ? [[undoOf(s.name), s.undo] as const] : []),
      ]),
    ),
    ends: Object.fromEntries(
      steps.flatMap((s) => [
        [s.name, { route: s.route, caught: true }] as const,
        [undoOf(s.name), { route: s.undoRoute, caught: false }] as const,
      ]),
    ),
    async call(body, ctx, send) {
      const options = await captured(body, ctx)
      if (options._tag === 'Left') return options
      const until = withinMs === undefined ? {} : { until: ctx.clock.now() + withinMs }
      let move = begin(steps, { body, options: options.right, inherits: {}, ...until })
      while (move.as === 'do' || move.as === 'undo') {
        const r = await send(move.branch, move.input)
        move = goOn(steps, move.progress, called(r), ctx.clock.now())
      }
      return move.as === 'failed' ? left(failure(move.progress)) : right(bodyOf(move.progress))
    },
  }
}

const bodyOf = ({ body, options, replies }: Progress): unknown => ({ body, options, replies })

/** How a branch ended. One that filtered had nothing to do; one that was discarded may have done anything. */
const endOf = (reply: Reply, caught: boolean, filters: boolean): StepEnd => {
  if (reply.as === 'failure') return { failure: failureRecord(reply.error) }
  if (reply.as === 'none')
    return filters ? { reply: undefined } : { failure: failureRecord(failureToJson(new NoReply())) }
  const value = JSON.parse(reply.value) as unknown
  if (!caught) return { reply: value }
  const either = value as Caught
  return 'e' in either ? { failure: failureRecord(either.e) } : { reply: either.v }
}

const called = (r: Result<Tagged | { readonly _tag: 'Filtered' }, unknown>): StepEnd => {
  if (r._tag === 'Right') return { reply: r.right }
  if (r.left._tag === 'Filtered') return { reply: undefined }
  return { failure: { ...failureRecord(failureToJson(r.left)), attempt: 1 } }
}
