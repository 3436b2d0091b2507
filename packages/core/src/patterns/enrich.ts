import { checkFunction, checkStep } from '../flow/name.js'
import { isFailure, type Tagged } from '../failure/failure.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Body, Failing, Less, Of } from '../flow/routed.js'
import { left, right, type May, type Result } from '../result/result.js'
import { isParked } from '../step/is-parked.js'
import type { Context, Step } from '../step/step.js'
import { wraps } from '../step/target.js'

/** How a read's reply joins a body. `K`: the tags that are handled, `R`: what the handlers give. */
export interface EnrichOptions<in out A, B, E extends Tagged, C, K extends string, R> {
  /** The body with the reply in it. What it returns is the new body; a returned failure enters the union. */
  readonly join: (body: A, reply: B, ctx: Context) => May<C>
  /** By tag: what stands in for a read that failed so. These tags leave the union; a handler may return a failure. */
  readonly onError?: {
    // Without the condition a tag that the read has not would pass: nothing is too much for `{}`.
    readonly [T in K]: T extends E['_tag'] ? (failure: Of<E, T>, body: A, ctx: Context) => May<R> : never
  }
}

/** The failures of an enricher: those of the read that nobody handles, and those of the user's functions. */
export type EnrichFailure<E extends Tagged, C, K, R> = Less<E, K> | StepFailed | Failing<C> | Failing<R>

/**
 * Content enricher: asks a read about a body and joins the reply to it. The body is kept whole until the join.
 *
 * A step with the read's name, destination and settings, and no effect: it runs again on retry, like every read. Without
 * `onError` the read's failures stay in the union; a tag that `onError` handles leaves it. A parked destination and a call
 * that was aborted (a stop, a deadline) are never handled: a message must not go on without its data for these.
 *
 * Failures: those of the read that are not handled, those that `join` and the handlers return, and `StepFailed` when one of
 * the functions throws.
 *
 * @param options `input`: what to ask, made of the body; left out where the read takes the body itself.
 * @example
 * flow('orders')
 *   .input<Order>()
 *   .via(enrich(customers.get, {
 *     input: (order) => ({ id: order.customerId }),
 *     join: (order, customer) => ({ ...order, customer }),
 *     onError: { NotFound: (_, order) => ({ ...order, customer: undefined }) },
 *   }))
 */
export const enrich: {
  <A, B, E extends Tagged, C, K extends string = never, R = never>(
    read: Step<A, B, E>,
    options: EnrichOptions<A, B, E, C, K, R> & { readonly input?: undefined },
  ): Step<A, Body<C> | Body<R>, EnrichFailure<E, C, K, R>>
  // The last one, for the compiler speaks of it when neither fits.
  <A, In, B, E extends Tagged, C, K extends string = never, R = never>(
    read: Step<In, B, E>,
    options: EnrichOptions<A, B, E, C, K, R> & { readonly input: (body: A, ctx: Context) => In },
  ): Step<A, Body<C> | Body<R>, EnrichFailure<E, C, K, R>>
} = (read: AnyRead, options: AnyOptions): never => {
  checkStep('enrich: read', read)
  const { name } = read
  checkFunction(`enrich "${name}": join`, options.join)
  if (options.input !== undefined) checkFunction(`enrich "${name}": input`, options.input)
  for (const [tag, f] of Object.entries(options.onError ?? {}))
    checkFunction(`enrich "${name}": onError.${tag}`, f)
  if (read.effect !== 'none')
    throw new TypeError(
      `enrich "${name}": expected a read, got a target (effect ${read.effect}): deliver with to(target, { into })`,
    )
  return around(read, options) as never
}

const around = (read: AnyRead, options: AnyOptions): AnyRead => {
  const { name } = read
  const { input, join, onError = {} } = options
  const joined = (body: unknown, reply: Ended, ctx: Context): May<Ended> => {
    if (reply._tag === 'Right') return given(name, () => join(body, reply.right, ctx))
    const failure = reply.left
    if (isParked(failure) || ctx.signal.aborted || !Object.hasOwn(onError, failure._tag)) return reply
    return given(name, () => onError[failure._tag]!(failure as never, body, ctx))
  }
  const step: AnyRead = {
    name,
    effect: 'none',
    ...(read.destination && { destination: read.destination }),
    ...(read.settings && { settings: read.settings }),
    run(body, ctx) {
      let asked: unknown = body
      try {
        if (input !== undefined) asked = input(body, ctx)
      } catch (thrown) {
        return left(new StepFailed(name, thrown))
      }
      const reply = read.run(asked, ctx)
      return reply instanceof Promise ? reply.then((r) => joined(body, r, ctx)) : joined(body, reply, ctx)
    },
  }
  return wraps(step, read, (again) => around(again, options))
}

type Ended = Result<Tagged, unknown>
type AnyRead = Step<unknown, unknown, Tagged>
interface AnyOptions {
  readonly input?: ((body: unknown, ctx: Context) => unknown) | undefined
  readonly join: (body: unknown, reply: unknown, ctx: Context) => unknown
  readonly onError?:
    | Readonly<Record<string, (failure: never, body: unknown, ctx: Context) => unknown>>
    | undefined
}

// What a user's function gave, as a result.
const given = (name: string, f: () => unknown): May<Ended> => {
  const settled = (value: unknown): Ended => (isFailure(value) ? left(value) : right(value))
  const failed = (thrown: unknown): Ended => left(new StepFailed(name, thrown))
  try {
    const value = f()
    return value instanceof Promise ? value.then(settled, failed) : settled(value)
  } catch (thrown) {
    return failed(thrown)
  }
}
