import type { Setting } from '../config/setting.js'
import type { Destination, Leave, Seen } from '../destination/destination.js'
import type { CircuitOpen } from '../failure/circuit-open.js'
import type { Tagged } from '../failure/failure.js'
import { withKind } from '../failure/with-kind.js'
import { OutcomeUnknown } from '../failure/outcome-unknown.js'
import { StepFailed } from '../failure/step-failed.js'
import { checkMade, checkText } from '../message/check-made.js'
import type { Json } from '../message/json.js'
import { left, right, type May, type Result } from '../result/result.js'
import type { Context, Effect, EffectFailure, Parked, Reconciled, Step, Target } from './step.js'

/** What came back from a remote: the step's result, and what the destination's circuit should make of it. */
export interface Answer<E, B> {
  readonly result: Result<E, B>
  /** A promise holds the slot until it is settled: for a reply that is a stream. A rejection counts as `failed`. */
  readonly seen: May<Seen>
}

/** A call of a remote, to be made into a target or a read. */
export interface Remote<A, B, E extends Tagged> {
  readonly name: string
  readonly destination: Destination
  readonly settings?: readonly Setting<unknown>[]
  /** Makes the call once; the slot is taken and given back around it. A throw is a mistake on this side: reported as `unsent`. */
  call(input: A, ctx: Context): May<Answer<E, B>>
  preview?(input: A, ctx: Context): May<Json>
}

/** A remote whose call changes something. */
export interface RemoteEffect<A, B, E extends Tagged, F extends Exclude<Effect, 'none'>> extends Remote<
  A,
  B,
  E
> {
  readonly effect: F
  /** Asked after an ambiguous outcome (a failure of kind `unknown`) of an unsafe effect. */
  reconcile?(input: A, ctx: Context): Promise<Reconciled<B>>
}

/**
 * A target made of several calls. Each of them takes its own slot of its own destination; the target itself takes none,
 * its `destination` is the one that the hop waits for when it is parked.
 */
export interface Composite<A, R extends Result<Tagged, unknown>, F extends Exclude<Effect, 'none'>> {
  readonly name: string
  readonly destination: Destination
  /** Of the whole: what holds of all its calls together when it is run again from the start. */
  readonly effect: F
  readonly settings?: readonly Setting<unknown>[]
  /**
   * Makes the calls, by `someTarget.run(input, ctx)`. It may be run again after any of them, in another process too; what
   * must not happen twice is remembered by `ctx.once`. A failure on the left of a call is returned as it is, also where its
   * tag is in no union: so a parked destination sends the message back to wait.
   */
  run(input: A, ctx: Context): May<R>
  /** For a dry run: what would be done for this input, without secrets. */
  preview?(input: A, ctx: Context): May<Json>
  /** Asked after an ambiguous outcome (a failure of kind `unknown`) of an unsafe effect. */
  reconcile?(input: A, ctx: Context): Promise<Reconciled<RightOf<R>>>
}

/** What a result has on its left: the failures of all that it may be. */
export type LeftOf<R> = R extends { readonly _tag: 'Left'; readonly left: infer E extends Tagged } ? E : never

/** What a result has on its right. */
export type RightOf<R> = R extends { readonly _tag: 'Right'; readonly right: infer B } ? B : never

/** A read step: takes a slot of its destination for each call, and reports what it saw. */
export const read = <A, B, E extends Tagged>(
  remote: Remote<A, B, E>,
): Step<A, B, E> & { readonly destination: Destination } => {
  checkRemote('read', remote)
  checkMade(`read "${remote.name}": call`, 'a function', remote, 'call')
  return {
    name: remote.name,
    destination: remote.destination,
    effect: 'none',
    ...(remote.settings && { settings: remote.settings }),
    run: (input, ctx) => within(remote, asItIs, input, ctx),
    ...(remote.preview && { preview: remote.preview.bind(remote) }),
  }
}

const checkRemote = (what: string, remote: Partial<AnyEffect>): void => {
  const { name, destination, effect, preview, reconcile } = remote
  checkText(`${what}: name`, name)
  const at = `${what} "${name}"`
  checkMade(`${at}: destination`, 'a destination, made by createDestination', destination, 'gate')
  if (what === 'target' && effect !== 'idempotent' && effect !== 'keyed' && effect !== 'unsafe')
    throw new TypeError(`${at}: effect: expected 'idempotent', 'keyed' or 'unsafe', got ${String(effect)}`)
  if (preview !== undefined) checkMade(`${at}: preview`, 'a function', remote, 'preview')
  if (reconcile !== undefined) checkMade(`${at}: reconcile`, 'a function', remote, 'reconcile')
}

/**
 * A target from one call of a remote (`call`), or from several calls in a row (`run`). An ambiguous outcome of an unsafe
 * effect is settled here: `reconcile` is asked, and what stays unknown is `OutcomeUnknown`.
 *
 * @example
 * const put = target({
 *   name: 'put-asset',
 *   destination: dam.destination,
 *   effect: 'keyed',
 *   async run(input: Asset, ctx) {
 *     const made = await create.run(input, ctx)
 *     return made._tag === 'Left' ? made : publish.run(made.right, ctx)
 *   },
 * })
 */
export const target: {
  <A, B, E extends Tagged, const F extends Exclude<Effect, 'none'>>(
    remote: RemoteEffect<A, B, E, F>,
  ): Target<A, B, E | EffectFailure<F>>
  <A, R extends Result<Tagged, unknown>, const F extends Exclude<Effect, 'none'>>(
    composite: Composite<A, R, F>,
  ): Target<A, RightOf<R>, LeftOf<R> | EffectFailure<F>>
} = (remote: AnyEffect): never => {
  const { call, run } = remote
  checkRemote('target', remote)
  if ((typeof call === 'function') === (typeof run === 'function'))
    throw new TypeError(
      `target "${remote.name}": expected either \`call\`, for one call, or \`run\`, for several`,
    )
  const calls = run === undefined ? (remote as Remote<unknown, unknown, Tagged>) : undefined
  const settle: Settle<unknown, unknown, Tagged> = (result, input, ctx) => settled(made, input, ctx, result)
  const made: Target<unknown, unknown, Tagged> = {
    name: remote.name,
    destination: remote.destination,
    effect: remote.effect,
    ...(remote.settings && { settings: remote.settings }),
    run(input, ctx) {
      if (calls !== undefined) return within(calls, settle, input, ctx)
      const result = remote.run!(input, ctx)
      return result instanceof Promise
        ? result.then((r) => settle(r, input, ctx))
        : settle(result, input, ctx)
    },
    ...(remote.preview && { preview: remote.preview.bind(remote) }),
    ...(remote.reconcile && { reconcile: remote.reconcile.bind(remote) }),
    with: (map) => mapped(made, map),
  }
  return made as never
}

type AnyEffect = Omit<RemoteEffect<unknown, unknown, Tagged, Exclude<Effect, 'none'>>, 'call'> & {
  call?(input: unknown, ctx: Context): May<Answer<Tagged, unknown>>
  run?(input: unknown, ctx: Context): May<Result<Tagged, unknown>>
}

// What becomes of the result of a call before anybody sees it.
type Settle<A, B, E> = (result: Result<E, B>, input: A, ctx: Context) => May<Result<E, B>>

const asItIs = <R>(result: R): R => result

const within = <A, B, E extends Tagged>(
  remote: Remote<A, B, E>,
  settle: Settle<A, B, E>,
  input: A,
  ctx: Context,
): May<Result<E, B>> => {
  const pass = ctx.enter(remote.destination)
  return pass instanceof Promise
    ? pass.then((p) => called(remote, settle, input, ctx, p))
    : called(remote, settle, input, ctx, pass)
}

const called = <A, B, E extends Tagged>(
  remote: Remote<A, B, E>,
  settle: Settle<A, B, E>,
  input: A,
  ctx: Context,
  pass: Leave | Result<CircuitOpen | Parked, never>,
): May<Result<E, B>> => {
  // What keeps a call out is in nobody's union but that of `whenParked: 'fail'` targets; the runtime handles the other.
  if (typeof pass !== 'function') return pass as unknown as Result<E, B>
  let answer: May<Answer<E, B>>
  try {
    answer = remote.call(input, ctx)
  } catch (thrown) {
    pass({ as: 'unsent' })
    throw thrown
  }
  if (!(answer instanceof Promise)) return settle(answered(remote.name, answer, pass), input, ctx)
  return answer.then(
    (a) => settle(answered(remote.name, a, pass), input, ctx),
    (thrown: unknown) => {
      pass({ as: 'unsent' })
      throw thrown
    },
  )
}

/** Gives the slot back, whatever the answer is worth: a slot that is kept is lost for good. */
const answered = <E, B>(
  name: string,
  answer: Partial<Answer<E, B>> | undefined,
  pass: Leave,
): Result<E, B> => {
  const { result, seen } = answer ?? {}
  if (result !== undefined && seen !== undefined) {
    if (seen instanceof Promise) {
      const later = (s?: Partial<Seen>): void =>
        pass(typeof s?.as === 'string' ? (s as Seen) : { as: 'failed' })
      seen.then(later, () => later())
      return result
    }
    if (typeof seen.as === 'string') {
      pass(seen)
      return result
    }
  }
  pass({ as: 'failed' })
  throw new TypeError(`"${name}": call: expected an answer { result, seen }, got ${typeof answer}`)
}

/**
 * Settles an ambiguous outcome (a failure of kind `unknown`) before any route sees it: an idempotent or keyed target may
 * simply be sent again; an unsafe one is asked, and what stays unknown is `OutcomeUnknown`. Other results pass.
 */
export const settled = <A, B, E extends Tagged>(
  step: Target<A, B, E>,
  input: A,
  ctx: Context,
  result: Result<E, B>,
): May<Result<E | OutcomeUnknown, B>> => {
  if (result._tag === 'Right' || result.left.kind !== 'unknown' || result.left._tag === 'OutcomeUnknown')
    return result
  if (step.effect !== 'unsafe') return left(withKind(result.left, 'transient'))
  return reconciled(step, input, ctx, result.left)
}

/** Asks a target whether an earlier attempt took effect. `absent`: the failure that raised the question, transient. */
export const reconciled = async <A, B, E extends Tagged>(
  step: Target<A, B, E>,
  input: A,
  ctx: Context,
  why: E,
): Promise<Result<E | OutcomeUnknown, B>> => {
  const unknown = (cause: unknown): Result<OutcomeUnknown, never> =>
    left(new OutcomeUnknown(`target "${step.name}" may have taken effect: ${why._tag}`, { cause }))
  if (step.reconcile === undefined) return unknown(why)
  try {
    const answer = await step.reconcile(input, ctx)
    if (answer === 'unknown') return unknown(why)
    return answer === 'absent' ? left(withKind(why, 'transient')) : right(answer.found)
  } catch (cause) {
    return unknown(cause)
  }
}

const wrapping: unique symbol = Symbol.for('@xconnector/core wrapping') as never

type AnyStep = Step<never, unknown, Tagged>

/** A step made around another, taken apart: what it was made of, and how it is made of it. */
interface Wrapping {
  readonly inner: AnyStep
  readonly around: (inner: never) => AnyStep
}

/** Tells that `outer` was made around `inner` by `around`, so that a test may replace what really calls the remote. */
export const wraps = <O extends AnyStep, I extends AnyStep>(outer: O, inner: I, around: (inner: I) => O): O =>
  Object.defineProperty(outer, wrapping, { value: { inner, around } satisfies Wrapping })

/** The same step with what really calls the remote replaced by `f`, under whatever was made around it. */
export const replaceInner = (step: AnyStep, f: (inner: AnyStep) => AnyStep): AnyStep => {
  const made = (step as { [wrapping]?: Wrapping })[wrapping]
  return made === undefined ? f(step) : made.around(replaceInner(made.inner, f) as never)
}

const mapped = <A, A2, B, E extends Tagged>(
  inner: Target<A, B, E>,
  map: (body: A2, ctx: Context) => A,
): Target<A2, B, E | StepFailed> => {
  const through = (body: A2, ctx: Context): Result<StepFailed, A> => {
    try {
      return right(map(body, ctx))
    } catch (cause) {
      return left(new StepFailed(inner.name, cause, undefined))
    }
  }
  const { preview, reconcile } = inner
  const outer: Target<A2, B, E | StepFailed> = {
    name: inner.name,
    destination: inner.destination,
    effect: inner.effect,
    ...(inner.settings && { settings: inner.settings }),
    run(body, ctx) {
      const m = through(body, ctx)
      return m._tag === 'Left' ? m : inner.run(m.right, ctx)
    },
    ...(preview && { preview: (body: A2, ctx: Context) => preview.call(inner, map(body, ctx), ctx) }),
    ...(reconcile && { reconcile: (body: A2, ctx: Context) => reconcile.call(inner, map(body, ctx), ctx) }),
    with: (again) => mapped(outer, again),
  }
  return wraps(outer, inner, (again) => mapped(again, map))
}
