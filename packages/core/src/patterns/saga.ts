/* oxlint-disable typescript/no-explicit-any */
import type { Tagged } from '../failure/failure.js'
import type { SagaFailed } from '../failure/saga-failed.js'
import { checkFunction, checkName } from '../flow/name.js'
import type { FlowNode, NodeBranch, NodeDefinition } from '../flow/node.js'
import type { ReplyOf } from '../flow/gathered.js'
import type { Body, Failing } from '../flow/routed.js'
import type { Branch } from '../flow/typed.js'
import { millis, type Duration } from '../message/duration.js'
import type { May } from '../result/result.js'
import { byKind, retry, type Route } from '../route/route.js'
import type { RetryOptions } from '../route/schedule.js'
import type { Context } from '../step/step.js'
import { GOES_ON, sagaNode } from './saga-node.js'
import type { Doing, SagaStep, SagaStepOptions } from './saga-step.js'

/** A saga under construction; with a step in it, a part of a flow. An immutable value. */
export interface Saga<A, O, R, E extends Tagged> extends FlowNode<A, Doing<A, O, R>, E | SagaFailed> {
  /**
   * One more step: a target or a sub-flow, done once all before it are. Its reply is known to the steps after it, and to
   * their compensations, under its name.
   */
  step<const N extends string, B, E2 extends Tagged = never, X2 = never>(
    name: N,
    doing: Branch<Doing<A, O, R>, B, E2, X2>,
    options?: SagaStepOptions<A, O, R, ReplyOf<[B, E2, X2]>, E2['_tag']>,
  ): Saga<A, O, R & { readonly [K in N]: ReplyOf<[B, E2, X2]> }, E>
}

/** A saga without steps yet. */
export type SagaSteps<A, O, E extends Tagged> = Pick<Saga<A, O, Readonly<Record<never, never>>, E>, 'step'>

/** How a saga begins. */
export interface SagaStart {
  /** Of bodies of this type. */
  input<A>(): SagaSteps<A, null, never>
  /** The same, with options that are captured once, before the first step, for all steps and compensations. */
  input<A, O>(capture: (body: A, ctx: Context) => May<O>): SagaSteps<A, Body<O>, Failing<O>>
}

/** Options of a saga. */
export interface SagaOptions {
  /**
   * For all steps together, from when the message gets here; a deadline of the message counts too. When it is over, no further
   * step is begun, the one under way is given up, and what was done is undone, for as long as that takes.
   */
  readonly within?: Duration
}

/**
 * Saga: steps in order, each with a compensation. When a step fails in the end, the compensations of those before it run, last
 * first, each by its own schedule; then the message fails with `SagaFailed`. A compensation that fails in the end is a dead
 * letter, and part of that failure; the others run all the same. The failed step's own compensation runs first, without a
 * reply, unless it is certain that the step had no effect: an unsafe target that said so, or a failure of `noEffect`.
 *
 * Each step and each compensation is a hop: a crash repeats nothing that was done.
 *
 * Failures: `SagaFailed` (permanent); what capturing returns; `StepFailed` when it throws. Those of the steps are its data.
 *
 * @example
 * const trip = saga('book trip', { within: '10m' })
 *   .input((t: Trip, ctx) => ({ ref: ctx.message.id }))
 *   .step('flight', bookFlight.with((s) => ({ ref: s.options.ref, to: s.body.to })), {
 *     undo: cancelFlight.with((s) => ({ ref: s.options.ref })),
 *   })
 *   .step('hotel', bookHotel.with((s) => ({ nights: s.body.nights, arrival: s.replies.flight.arrival })))
 * flow('trips').input<Trip>().through(trip).onError({ SagaFailed: deadLetter(), StepFailed: deadLetter() })
 */
export const saga = (name: string, options: SagaOptions = {}): SagaStart => {
  const what = `saga "${checkName('saga', name)}"`
  const withinMs = options.within === undefined ? undefined : millis(options.within, `${what}: within`)
  return {
    input(capture?: (body: never, ctx: Context) => unknown) {
      if (capture !== undefined) checkFunction(`${what}: input`, capture)
      return new Steps(
        name,
        (steps) => sagaNode({ name, steps, withinMs, capture: capture as never }),
        [],
      ) as never
    },
  } as SagaStart
}

/** The builder behind `Saga`, untyped inside. */
class Steps {
  readonly name: string
  readonly node: NodeDefinition | undefined
  readonly #made: (steps: readonly SagaStep[]) => NodeDefinition
  readonly #steps: readonly SagaStep[]

  constructor(
    name: string,
    made: (steps: readonly SagaStep[]) => NodeDefinition,
    steps: readonly SagaStep[],
  ) {
    this.name = name
    this.#made = made
    this.#steps = steps
    this.node = steps.length === 0 ? undefined : made(steps)
  }

  step(name: string, doing: NodeBranch, o: SagaStepOptions<any, any, any, any, string> = {}): Steps {
    const what = `saga "${this.name}": step`
    checkName(what, name)
    if (name === GOES_ON || name.startsWith('undo ') || this.#steps.some((s) => s.name === name))
      throw new TypeError(`${what} "${name}": the name is taken: give another`)
    if (o.noEffect !== undefined && !Array.isArray(o.noEffect))
      throw new TypeError(`${what} "${name}": noEffect: expected a list of tags, got ${typeof o.noEffect}`)
    const again = route(o.undoRetry)
    const step: SagaStep = {
      name,
      doing,
      undo: o.undo as NodeBranch | undefined,
      noEffect: o.noEffect ?? [],
      route: route(o.retry),
      undoRoute: o.alert === undefined ? again : again.alert(o.alert),
    }
    return new Steps(this.name, this.#made, [...this.#steps, step])
  }
}

const route = (o: RetryOptions | undefined): Route => byKind({ transient: retry(o) })
