import { failureRecord, type FailureRecord } from '../failure/failure-record.js'
import type { Tagged } from '../failure/failure.js'
import { PartialFailure } from '../failure/partial-failure.js'
import { storedFailure } from '../failure/stored-failure.js'
import { failureToJson } from '../failure/to-json.js'
import type { Decision, Emission, Inherited, NodeBranch, NodeContext, NodeDefinition } from '../flow/node.js'
import type { Reply } from '../ports/journal.js'
import { left, right, type Result } from '../result/result.js'
import type { Route } from '../route/route.js'

const PART = 'part'
const ENDED = 'ended'

/** A part of a flow that ended, and how. */
export type PartEnded<A, B> = PartDone<A, B> | PartFailed<A> | PartFiltered<A>

/** It ended well. */
export interface PartDone<A, B> {
  readonly as: 'done'
  /** What it began with. */
  readonly body: A
  /** What it ended with. */
  readonly result: B
}

/** It failed in the end. */
export interface PartFailed<A> {
  readonly as: 'failed'
  readonly body: A
  readonly failure: FailureRecord
}

/** It ended early: filtered, discarded, diverted or superseded. */
export interface PartFiltered<A> {
  readonly as: 'filtered'
  readonly body: A
}

/** What hooks there are. */
export type Hooks = Readonly<Partial<Record<'done' | 'failed' | 'always', NodeBranch>>>

/** The hooks to be told of an end. */
const toldOf = (hooks: Hooks, { as }: PartEnded<unknown, unknown>): readonly string[] =>
  [as, 'always'].filter((hook) => hooks[hook as keyof Hooks] !== undefined)

/**
 * The part is a branch whose reply is joined; the commit of the join's entry tells the hooks, whatever it goes on with. Its dead
 * letters are its own, and open the join again when they are replayed.
 */
export const completionNode = (part: NodeBranch, hooks: Hooks, route: Route): NodeDefinition => ({
  enter: (body: unknown, { inherits }) =>
    right({
      emit: [
        { to: ENDED, body: { body, inherits }, fresh: true, join: { expect: [PART], settle: 'all' } },
        { to: PART, body, as: PART },
      ],
    }),
  entrances: {
    [ENDED](
      w: { readonly body: unknown; readonly inherits: Inherited },
      ctx: NodeContext,
    ): Result<Tagged, Decision> {
      const reply = ctx.replies![PART]!
      const end = endOf(reply, w.body)
      const told = toldOf(hooks, end).map((to): Emission => ({
        to,
        body: end,
        key: null,
        fresh: true,
        aside: true,
      }))
      if (end.as === 'filtered') return right({ done: 'filtered', emit: told })
      if (end.as === 'done')
        return right({ emit: [...told, { to: 'next', body: end.result, inherits: w.inherits }] })
      const attempts = typeof end.failure['attempt'] === 'number' ? end.failure['attempt'] : 1
      const error = storedFailure(end.failure)
      // Tried again by its route it is the same end, which was told.
      return right({
        fails: new PartialFailure([{ branch: PART, error, attempts }]),
        emit: ctx.attempt === 1 ? told : [],
      })
    },
  },
  branches: { [PART]: part, ...hooks },
  ends: Object.fromEntries(Object.keys(hooks).map((hook) => [hook, { route, caught: false }])),
  async call(body, ctx, send) {
    const r = await send(PART, body)
    const end: PartEnded<unknown, unknown> =
      r._tag === 'Right'
        ? { as: 'done', body, result: r.right }
        : r.left._tag === 'Filtered'
          ? { as: 'filtered', body }
          : { as: 'failed', body, failure: failureRecord(failureToJson(r.left)) }
    for (const hook of toldOf(hooks, end)) {
      const told = await send(hook, end)
      if (told._tag === 'Left' && told.left._tag !== 'Filtered')
        ctx.log.warn(`hook "${hook}" failed`, { error: failureToJson(told.left) })
    }
    return r._tag === 'Right' ? r : left(r.left)
  },
})

const endOf = (reply: Reply, body: unknown): PartEnded<unknown, unknown> => {
  if (reply.as === 'none') return { as: 'filtered', body }
  if (reply.as === 'failure') return { as: 'failed', body, failure: failureRecord(reply.error) }
  return { as: 'done', body, result: JSON.parse(reply.value) as unknown }
}
