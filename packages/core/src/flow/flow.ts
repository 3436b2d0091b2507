import type { DecodedRow, RowDecoder } from '../decode/decode-rows.js'
import type { DecodeFailed } from '../failure/decode-failed.js'
import type { Tagged } from '../failure/failure.js'
import type { Filtered } from '../failure/filtered.js'
import type { PartialFailure } from '../failure/partial-failure.js'
import type { StepFailed } from '../failure/step-failed.js'
import type { Duration } from '../message/duration.js'
import type { Settle } from '../ports/journal.js'
import type { May, Result } from '../result/result.js'
import type { Deployable } from '../route/deployable.js'
import type { RouteFor } from '../route/route.js'
import type { Sent } from '../run/branches.js'
import type { Context, Step, Target } from '../step/step.js'
import type { Choose, Chosen } from './choose.js'
import type { Body, Failing, Less, NoRoutes, Of, Routes, Unrouted } from './routed.js'
import type { Gathered, GatheredEach, GatherErrors, GatherOptions } from './gathered.js'
import type { FlowNode } from './node.js'
import type {
  DecodedItem,
  DecodingSplitOptions,
  GatherEachOptions,
  Rows,
  SplitContext,
  SplitOptions,
} from './split-options.js'
import type { Kept } from './stored.js'
import type { Branch, Errors, Typed } from './typed.js'

/** A codec for a body that JSON cannot carry; io-ts codecs fit. `decode` gives an fp-ts Either. */
export interface Codec<A, Encoded> {
  encode(a: A): Encoded
  decode(u: unknown): unknown
}

/** Options of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** From now. Steps see it as `ctx.deadline`, and `ctx.signal` aborts then. */
  readonly deadline?: Duration
  /** The idempotency key of the call: targets inside get it with their name. Default: a new id. */
  readonly key?: string
}

/** Options of `.to`. */
export interface ToOptions<Out, B, C> {
  /** The name of the target's hop, when the target's own name is taken. */
  readonly name?: string
  /** Joins the reply to the body. Left out: the body stays. */
  readonly into?: (body: Out, reply: B) => C
}

/**
 * A flow that takes no more steps (it ended in fanOut or split): route its errors, or call it. `E`: errors without a
 * route. `X`: other ends of a call: `Filtered`, and errors with a route, for routes do nothing in memory.
 */
export interface Ended<in In, out Out, out E extends Tagged, out X = never> extends Typed<Out, E, X> {
  readonly name: string
  /** `true` once every error has a route. */
  readonly closed: Unrouted<E['_tag']>
  /** Routes a failure of the steps above; a later step may bring the tag again. */
  on<T extends E['_tag']>(tag: T, route: RouteFor<Of<E, T>>): Ended<In, Out, Less<E, T>, X | Of<E, T>>
  /** The rest: one route per tag, no more, no fewer. */
  onError(routes: [E] extends [never] ? NoRoutes : Routes<E>): Deployable<In>
  /** The rest, whatever it is: one route for all. */
  otherwise(route: RouteFor<E>): Deployable<In>
  /** Runs it in memory; every failure comes back on the left, routed or not. Never rejects. */
  call(input: In, options?: CallOptions): Promise<Result<E | X, Out>>
  /** The same, resolving with the body, or rejecting with what `call` has on the left. */
  run(input: In, options?: CallOptions): Promise<Out>
}

/**
 * A flow under construction: an immutable value; each method gives a new one. A function of the user's gets
 * `(body, ctx)`; one that throws is `StepFailed`.
 */
// Repeats the members of Ended instead of extending it: a base interface is instantiated once more for every step.
export interface Flow<in In, Out, out E extends Tagged, out X = never> extends Typed<Out, E, X> {
  readonly name: string
  /** `true` once every error has a route. */
  readonly closed: Unrouted<E['_tag']>
  /** Routes a failure of the steps above; a later step may bring the tag again. */
  on<T extends E['_tag']>(tag: T, route: RouteFor<Of<E, T>>): Flow<In, Out, Less<E, T>, X | Of<E, T>>
  /** The rest: one route per tag, no more, no fewer. */
  // The condition stands here, not in `Routes`, so that messages name `Routes<…>` instead of spelling it out.
  onError(routes: [E] extends [never] ? NoRoutes : Routes<E>): Deployable<In>
  /** The rest, whatever it is: one route for all. */
  otherwise(route: RouteFor<E>): Deployable<In>
  /** Runs it in memory; every failure comes back on the left, routed or not. Never rejects. */
  call(input: In, options?: CallOptions): Promise<Result<E | X, Out>>
  /** The same, resolving with the body, or rejecting with what `call` has on the left. */
  run(input: In, options?: CallOptions): Promise<Out>
  /** Message translator. A returned failure enters the union. */
  map<R>(
    name: string,
    f: (body: Out, ctx: Context) => May<R>,
  ): Flow<In, Body<R>, E | StepFailed | Failing<R>, X>
  /** Message filter: what does not hold is done, counted as filtered. A type guard narrows. */
  filter<N extends Out>(
    name: string,
    test: (body: Out, ctx: Context) => body is N,
  ): Flow<In, N, E | StepFailed, X | Filtered>
  filter(
    name: string,
    test: (body: Out, ctx: Context) => May<boolean>,
  ): Flow<In, Out, E | StepFailed, X | Filtered>
  /** Wire tap: looks at the body; never fails nor delays the flow. */
  tap(name: string, f: (body: Out, ctx: Context) => May<unknown>): Flow<In, Out, E, X>
  /** Runs a step, or delivers to a target, and goes on with its reply. */
  via<B, E2 extends Tagged>(step: Step<Out, B, E2>): Flow<In, B, E | E2, X>
  /** Delivers, and ends the hop. The body stays, unless `into` joins the reply. */
  to<B, E2 extends Tagged, C = Out>(
    target: Target<Out, B, E2>,
    options?: ToOptions<Out, B, C>,
    // Not inferred from where the flow stands: a branch of a gather would take any for its body.
  ): Flow<In, Kept<[C][C extends unknown ? 0 : never]>, E | E2, X>
  /** A durable point: what follows is retried without what went before. */
  durable(name: string): Flow<In, Kept<Out>, E, X>
  /** The same for a body that JSON cannot carry: stored encoded, decoded when the next hop starts. */
  durable<Encoded>(name: string, codec: Codec<Out, Encoded>): Flow<In, Out, E | DecodeFailed, X>
  /** Goes on after a while, from the journal. */
  delay(name: string, by: Duration): Flow<In, Kept<Out>, E, X>
  /** Turns failures of the steps above into a body. */
  recover<T extends E['_tag'], R>(
    tag: T,
    f: (error: Of<E, T>, ctx: Context) => May<R>,
  ): Flow<In, Out | Body<R>, Less<E, T> | StepFailed | Failing<R>, X>
  /** Exactly one branch, the first whose test holds; `otherwise` is part of the type. */
  choose<B, E2 extends Tagged, X2 = never>(
    cases: (c: Choose<Kept<Out>>) => Chosen<B, E2, X2>,
  ): Flow<In, B, E | E2 | StepFailed, X | X2>
  /** Independent deliveries, each with its own retries and dead letter; the flow ends here. */
  fanOut<const Bs extends Readonly<Record<string, Branch<Kept<Out>>>>>(
    branches: Bs,
  ): Ended<In, Sent, E | Errors<Bs>, X | PartialFailure<keyof Bs & string>>
  /**
   * Scatter-gather: deliveries whose replies are joined durably, by policy. It goes on as soon as the policy is met, and
   * fails once, with every failure (`PartialFailure`), when no reply is outstanding.
   */
  gather<const Bs extends Readonly<Record<string, Branch<Kept<Out>>>>, const S extends Settle>(
    branches: Bs,
    options: GatherOptions<S>,
  ): Flow<In, Gathered<Bs, S>, E | Errors<Bs> | GatherErrors<keyof Bs & string, S>, X>
  /** Composed message processor: each item a message of its own, whose replies are joined durably in the items' order. */
  gatherEach<I, B, E2 extends Tagged, X2 = never, const S extends Settle = Settle>(
    name: string,
    each: (body: Out, ctx: Context) => Rows<I>,
    item: Branch<Kept<I>, B, E2, X2>,
    options: GatherEachOptions<S, NoInfer<I>>,
  ): Flow<In, GatheredEach<B, E2, X2, S>, E | E2 | StepFailed | GatherErrors<string, S>, X>
  /** A pattern that keeps state or waits: an aggregator, a saga, an awaited reply. What comes out is a new hop. */
  through<B, E2 extends Tagged, X2 = never>(
    pattern: FlowNode<Kept<Out>, B, E2, X2>,
  ): Flow<In, B, E | E2 | StepFailed, X | X2>
  /** Splitter: each item a message of its own, written in chunks; the flow ends here. Rows are decoded by `decode`. */
  split<const D extends RowDecoder, B, E2 extends Tagged, X2 = never, E3 extends Tagged = never>(
    name: string,
    each: (body: Out, ctx: SplitContext) => Rows<unknown>,
    item: DecodedItem<DecodedRow<D>, B, E2, X2>,
    options: DecodingSplitOptions<Out, D, NoInfer<DecodedRow<D>>, NoInfer<B>, E3>,
  ): Ended<In, Sent, E | E2 | E3 | StepFailed | DecodeFailed, X | PartialFailure>
  /** Splitter: each item a message of its own, written in chunks; the flow ends here. */
  split<I, B, E2 extends Tagged, X2 = never, E3 extends Tagged = never>(
    name: string,
    each: (body: Out, ctx: SplitContext) => Rows<I>,
    item: Branch<Kept<I>, B, E2, X2>,
    options?: SplitOptions<Out, NoInfer<I>, NoInfer<B>, E3>,
  ): Ended<In, Sent, E | E2 | E3 | StepFailed, X | PartialFailure>
}
