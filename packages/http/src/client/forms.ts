import type { Context, May, Result, Step, Tagged, Target, Destination } from '@xconnector/core'
import { isContext, plainCall, type Callable } from './plain-call.js'
import type { Declared, declared } from './declared.js'
import type { CallOptions } from './options.js'

// The overload that core uses comes last: from it the compiler infers. So the first one must not fit a context.
/** Options of a call, which a context is not. */
export type NoContext = CallOptions & { readonly enter?: never }

/** The two forms of a plain call. */
export interface Callables<A, B, E> {
  /** Calls it, and gives a result. Given a step's context, the call is part of that step: its deadline, key and clock. */
  call(input: A, options?: CallOptions | Context): Promise<Result<E, B>>
  /** Calls it; resolves with the reply, and throws the failure that `call` has on the left. */
  run(input: A, options?: NoContext): Promise<B>
  /** As a step, for core: given a context, gives a result. */
  run(input: A, ctx: Context): May<Result<E, B>>
}

/** A target that can be called outside of a flow too. `D`: what it says on the wire, for stand-ins of its remote. */
export interface HttpTarget<A, B, E extends Tagged, D = unknown> extends Target<A, B, E>, Callables<A, B, E> {
  readonly [declared]?: Declared<D>
  run(input: A, options?: NoContext): Promise<B>
  run(input: A, ctx: Context): May<Result<E, B>>
}

/** A read step that can be called outside of a flow too. `D`: what it says on the wire, for stand-ins of its remote. */
export interface HttpQuery<A, B, E extends Tagged, D = unknown> extends Step<A, B, E>, Callables<A, B, E> {
  readonly [declared]?: Declared<D>
  readonly destination: Destination
  readonly effect: 'none'
  run(input: A, options?: NoContext): Promise<B>
  run(input: A, ctx: Context): May<Result<E, B>>
}

/** A call that takes nothing may stand after any body of a flow. */
export type AfterAny<A, B, E extends Tagged> = [A] extends [void] ? Step<unknown, B, E> : unknown

/** The same for a target. */
export type TargetAfterAny<A, B, E extends Tagged> = [A] extends [void] ? Target<unknown, B, E> : unknown

/** Adds the two forms to a step. */
export const withForms = <A, B, E extends Tagged, S extends object>(
  step: S & Step<A, B, E>,
  callable: Omit<Callable<A, B, E>, 'step'>,
): S & Callables<A, B, E> => {
  const whole = { ...callable, step }
  const call = (input: A, options?: CallOptions | Context): Promise<Result<Tagged, B>> =>
    plainCall(whole, input, options, asItIs)
  const run = (input: A, options?: CallOptions | Context): unknown =>
    isContext(options) ? step.run(input, options) : plainCall(whole, input, options, rightOrThrow)
  return { ...step, call, run } as S & Callables<A, B, E>
}

const asItIs = <R>(result: R): R => result

const rightOrThrow = <B>(result: Result<Tagged, B>): B => {
  if (result._tag === 'Left') throw result.left
  return result.right
}
