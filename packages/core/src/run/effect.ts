import { settled } from '../step/target.js'
import type { Step, Target } from '../step/step.js'
import type { Tagged } from '../failure/failure.js'
import type { May, Result } from '../result/result.js'
import type { RunContext } from './line.js'

type AnyTarget = Target<unknown, unknown, Tagged>

/** Calls a target: marks an unsafe one as sent before, settles an ambiguous outcome after. */
export const callTarget = (
  name: string,
  step: Step<never, unknown, Tagged>,
): ((body: unknown, ctx: RunContext) => May<Result<unknown, unknown>>) => {
  const target = step as unknown as AnyTarget
  const call = (body: unknown, ctx: RunContext): May<Result<unknown, unknown>> => {
    const result = target.run(body, ctx)
    return result instanceof Promise
      ? result.then((r) => settled(target, body, ctx, r))
      : settled(target, body, ctx, result)
  }
  if (target.effect !== 'unsafe')
    return (body: unknown, ctx: RunContext): May<Result<unknown, unknown>> => {
      ctx.at = name
      return call(body, ctx)
    }
  return (body: unknown, ctx: RunContext): May<Result<unknown, unknown>> => {
    ctx.at = name
    const marked = ctx.sending(target, body)
    return marked === undefined ? call(body, ctx) : marked.then((instead) => instead ?? call(body, ctx))
  }
}
