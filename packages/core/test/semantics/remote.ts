import {
  createDestination,
  failure,
  isFailure,
  left,
  right,
  target,
  type Context,
  type Destination,
  type Effect,
  type May,
  type Reconciled,
  type Seen,
  type Tagged,
  type Target,
} from '../../src/index.js'

/** The body of most flows under test. */
export interface Order {
  readonly n: number
  readonly key?: string
}

export class Down extends failure('Down', 'transient')<{ readonly retryAt?: number }> {}
export class Busy extends failure('Busy', 'transient')<{ readonly retryAt?: number }> {}
export class Bad extends failure('Bad', 'permanent')<{ readonly status?: number }> {}
export class Cut extends failure('Cut', 'unknown')<object> {}

/** One call that a remote got. */
export interface Call<A> {
  readonly input: A
  readonly key: string
  readonly attempt: number
  readonly at: number
}

export interface RemoteOptions<A> {
  readonly effect?: Exclude<Effect, 'none'>
  readonly destination?: Destination
  readonly reconcile?: (input: A, ctx: Context) => Promise<Reconciled<unknown>>
  readonly seen?: (reply: unknown) => Seen
}

/** A target over a scripted remote that keeps a list of its calls. */
export type Remote<A, E extends Tagged> = Target<A, unknown, E> & { readonly calls: Call<A>[] }

/** `answer` gives a reply or a failure; a throw is a throw of the target's own code. `nth` counts calls from 1. */
export const remote = <E extends Tagged = never, A = Order>(
  name: string,
  answer: (input: A, ctx: Context, nth: number) => May<unknown>,
  o: RemoteOptions<A> = {},
): Remote<A, E> => {
  const calls: Call<A>[] = []
  const made = target<A, unknown, Tagged, Exclude<Effect, 'none'>>({
    name,
    destination: o.destination ?? createDestination({ name: `${name} remote`, circuit: false }),
    effect: o.effect ?? 'keyed',
    async call(input, ctx) {
      calls.push({ input: structuredClone(input), key: ctx.key, attempt: ctx.attempt, at: ctx.clock.now() })
      const reply = await answer(input, ctx, calls.length)
      const seen = o.seen?.(reply) ?? { as: 'ok' }
      return isFailure(reply) ? { result: left(reply), seen } : { result: right(reply), seen }
    },
    preview: (input) => input as never,
    ...(o.reconcile !== undefined && { reconcile: o.reconcile }),
  })
  return Object.assign(made, { calls }) as unknown as Remote<A, E>
}

/** Answers every call well. */
export const fine = <A = Order>(name: string, o: RemoteOptions<A> = {}): Remote<A, never> =>
  remote<never, A>(name, () => ({ ok: true }), o)

/** Fails so many calls, then answers well. */
export const failing = <E extends Tagged = Down>(
  name: string,
  times: number,
  error: () => Tagged = () => new Down({}),
  o: RemoteOptions<Order> = {},
): Remote<Order, E> => remote<E>(name, (_input, _ctx, nth) => (nth <= times ? error() : { ok: true }), o)

/** Never answers, and hears no signal. */
export const hanging = (name: string, o: RemoteOptions<Order> = {}): Remote<Order, never> =>
  remote(name, (_input, ctx) => forever(ctx), o)

/** A wait that never ends: it does not hold virtual time still. */
export const forever = (ctx: Context): Promise<void> => ctx.clock.sleep(Infinity)

/** What was delivered to a target, in order. */
export const inputs = <A>(r: { readonly calls: readonly Call<A>[] }): readonly A[] =>
  r.calls.map((c) => c.input)
