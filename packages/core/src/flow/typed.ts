/* oxlint-disable typescript/no-explicit-any */
import type { Tagged } from '../failure/failure.js'
import type { Step, Target } from '../step/step.js'
import type { Flow } from './flow.js'

declare const typed: unique symbol

/** What a sub-flow ends with. Inference reads this one property instead of comparing flows member by member. */
export interface Typed<out B, out E, out X> {
  readonly [typed]: readonly [B, E, X]
}

/** One branch: a step or target, or a small sub-flow. */
// A target is named beside the steps that it is one of: a wrong body is then told of in its own words, and shortly.
export type Branch<A, B = any, E extends Tagged = any, X = any> =
  | Target<A, B, E>
  | Step<A, B, E>
  | ((start: Flow<A, A, never>) => Typed<B, E, X>)

/** Body, failures and other ends of a branch. */
export type Parts<Br> = Br extends (s: any) => Typed<infer B, infer E, infer X>
  ? [B, E, X]
  : Br extends Step<any, infer B, infer E>
    ? [B, E, never]
    : never

/** The failures of all branches. */
export type Errors<Bs> = { [K in keyof Bs]: Parts<Bs[K]>[1] }[keyof Bs]
