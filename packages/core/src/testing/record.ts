import { isFailure, type Tagged } from '../failure/failure.js'
import type { Json } from '../message/json.js'
import { stringify } from '../message/storable.js'
import { left, right, type May, type Result } from '../result/result.js'
import type { AnyStep } from '../flow/op.js'
import type { Context, Step } from '../step/step.js'

/** A delivery: a target that was called and succeeded. */
export interface Delivered {
  readonly hop: string
  readonly target: string
  /** What it was called with, after `with`. */
  readonly input: Json
  readonly key: string
  /** Which attempt it was, from 1. */
  readonly attempts: number
  /** Virtual time: epoch milliseconds. */
  readonly at: number
}

/** What stands in for a step: another, or a function that gives a reply or a failure. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Stand = Step<any, unknown, any> | ((input: any, ctx: Context) => May<unknown>)

/** A stand-in with the name, effect and destination of what it stands for. Its destination is not entered. */
export const standIn = (for_: AnyStep, stand: Stand): AnyStep => {
  const run =
    typeof stand === 'function'
      ? answering(stand)
      : (input: never, ctx: Context) => stand.run(input, ctx) as May<Result<Tagged, unknown>>
  return { ...for_, run }
}

const answering =
  (f: (input: unknown, ctx: Context) => May<unknown>) =>
  async (input: never, ctx: Context): Promise<Result<Tagged, unknown>> => {
    const reply = await f(input, ctx)
    return isFailure(reply) ? left(reply) : right(reply)
  }

/** The same target, telling `tell` of every call that succeeds; never answering once `dead()`. */
export const recorded = (step: AnyStep, tell: (d: Delivered) => void, dead: () => boolean): AnyStep => ({
  ...step,
  async run(input: never, ctx: Context) {
    if (dead()) return new Promise<never>(() => {})
    const result = await step.run(input, ctx)
    // A killed process tells nobody what it got; but the other side has it.
    const s = stringify(input)
    if (result._tag === 'Right')
      tell({
        hop: 'hop' in ctx ? String(ctx.hop) : '',
        target: step.name,
        input: 'text' in s ? (JSON.parse(s.text) as Json) : null,
        key: ctx.key,
        attempts: ctx.attempt,
        at: ctx.clock.now(),
      })
    return dead() ? new Promise<never>(() => {}) : result
  },
})
