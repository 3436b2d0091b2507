import { withKind } from '../failure/with-kind.js'
import type { Tagged } from '../failure/failure.js'
import type { May, Result } from '../result/result.js'
import type { Step, Target } from '../step/step.js'
import { settled } from '../step/target.js'
import type { Fn, RunContext } from './line.js'

type AnyTarget = Target<unknown, unknown, Tagged>

/**
 * What calls a target, as a method of it. An unsafe one is marked as sent before, and its ambiguous outcome settled after. The others are
 * called as they are, without a promise more: `sendable` settles theirs.
 */
export const callTarget = (step: Step<never, unknown, Tagged>): Fn => {
  const target = step as unknown as AnyTarget
  if (target.effect !== 'unsafe') return target.run
  const call = (body: unknown, ctx: RunContext): May<Result<unknown, unknown>> => {
    const result = target.run(body, ctx)
    return result instanceof Promise
      ? result.then((r) => settled(target, body, ctx, r))
      : settled(target, body, ctx, result)
  }
  return (body: unknown, ctx: RunContext): May<Result<unknown, unknown>> => {
    const marked = ctx.sending(target, body)
    return marked === undefined ? call(body, ctx) : marked.then((instead) => instead ?? call(body, ctx))
  }
}

/**
 * The failure of a target as routes see it: an ambiguous outcome that may simply be sent again is transient. That of an
 * unsafe target has been settled by now.
 */
export const sendable = (failure: unknown): unknown => {
  const { kind, _tag } = failure as Tagged
  return kind === 'unknown' && _tag !== 'OutcomeUnknown' ? withKind(failure as Tagged, 'transient') : failure
}
