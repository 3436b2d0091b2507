import type { StepFailed } from '../failure/step-failed.js'
import { checkFunction, checkName } from '../flow/name.js'
import type { FlowNode, NodeDefinition } from '../flow/node.js'
import { millis, type Duration } from '../message/duration.js'
import { right } from '../result/result.js'
import type { Context } from '../step/step.js'

/**
 * Delayer: goes on at a time that a function reads from the message: epoch milliseconds, or a duration from now. A time that
 * has passed is now. The message waits in the journal: it survives restarts, and other messages overtake it. A time that is
 * none is `StepFailed`.
 *
 * @example
 * flow.through(delayUntil('embargo', (page) => Date.parse(page.publishAt)))
 */
export const delayUntil = <A>(
  name: string,
  when: (body: A, ctx: Context) => number | Duration,
): FlowNode<A, A, StepFailed> => {
  checkFunction(`delayUntil "${name}"`, when)
  const at = (body: unknown, ctx: Context): number => {
    const said = when(body as A, ctx)
    const time = typeof said === 'number' ? said : ctx.clock.now() + millis(said, `delayUntil "${name}"`)
    if (Number.isFinite(time)) return time
    throw new TypeError(
      `delayUntil "${name}": expected epoch milliseconds or a duration, got ${String(said)}`,
    )
  }
  const node: NodeDefinition = {
    enter: (body: unknown, ctx) => {
      const time = at(body, ctx)
      return right({ emit: [time > ctx.now ? { to: 'next', body, at: time } : { to: 'next', body }] })
    },
    delays: true,
    async call(body, ctx) {
      const wait = at(body, ctx) - ctx.clock.now()
      if (wait > 0) await ctx.clock.sleep(wait, ctx.signal)
      return right(body)
    },
  }
  return { name: checkName('delayUntil', name), node }
}
