import type { StepFailed } from '../failure/step-failed.js'
import { Throttled } from '../failure/throttled.js'
import { millis, type Duration } from '../message/duration.js'
import type { Clock } from '../ports/clock.js'
import { left, right, type May, type Result } from '../result/result.js'
import type { Context, Step } from '../step/step.js'
import { ThrottleGate } from './throttle-gate.js'
import { ThrottleState } from './throttle-state.js'

/** How often a throttle lets messages pass. */
export interface ThrottleOptions<M extends 'queue' | 'reject' = 'queue' | 'reject'> {
  /** At most `limit` messages pass within any stretch of `per`. */
  readonly limit: number
  readonly per: Duration
  /**
   * What happens to a message beyond the limit. `queue` (default): it waits, a deployed one in the journal. `reject`: it
   * fails with `Throttled`.
   */
  readonly mode?: M
  readonly key?: undefined
  /** Keys that have a limit of their own at a time; all beyond share one. Default 100,000. */
  readonly keys?: number
}

/** The same, by functions of the body. One that throws or gives what it should not is `StepFailed`. */
export interface KeyedThrottleOptions<in A, M extends 'queue' | 'reject' = 'queue' | 'reject'> extends Omit<
  ThrottleOptions<M>,
  'limit' | 'key'
> {
  /** How many messages of the body's key may pass within `per`: a whole number of at least 1, for each body. */
  readonly limit: number | ((body: A, ctx: Context) => number | undefined)
  /** Messages of one key share a limit. Left out: all messages do. */
  readonly key?: ((body: A, ctx: Context) => string | number) | undefined
}

/** What a throttle brings. */
export type ThrottleFailure<M> = 'reject' extends M ? Throttled : never

/**
 * Throttler: lets at most `limit` messages pass within any stretch of `per`, each key by itself, in the order in which
 * they came. Give it to `.via`: the body passes unchanged.
 *
 * `queue`: a deployed message waits in the journal until its time, holds no slot and spends no attempt; one of a call waits
 * in memory. `reject`: `Throttled`, of kind transient, with the time at which it could pass.
 *
 * It counts passes, not deliveries: a step that runs again after a failure further down passes anew. What it remembers is
 * kept per clock, in memory: after a restart no message is lost, and the limit holds from then on. Processes do not know
 * of each other's; the rate of a destination has the same bound.
 *
 * @example
 * flow('orders').from(orders).via(throttle('per shop', { limit: 5, per: '1s', key: (o) => o.shop })).to(post)
 *
 * @throws TypeError naming the throttle and the option, when an option makes no sense.
 */
export const throttle: {
  <A, const M extends 'queue' | 'reject' = 'queue'>(
    name: string,
    options: ThrottleOptions<M>,
  ): Step<A, A, ThrottleFailure<M>>
  <A, const M extends 'queue' | 'reject' = 'queue'>(
    name: string,
    options: KeyedThrottleOptions<A, M>,
  ): Step<A, A, StepFailed | ThrottleFailure<M>>
} = (name: string, options: KeyedThrottleOptions<unknown>): Step<unknown, unknown, never> => {
  const { limit, key, mode, per, keys } = checked(name, options)
  const states = new WeakMap<Clock, ThrottleState>()
  const stateOf = (clock: Clock): ThrottleState => {
    let state = states.get(clock)
    if (state === undefined) states.set(clock, (state = new ThrottleState(per, keys)))
    return state
  }
  const limitOf = (body: unknown, ctx: Context): number =>
    typeof limit === 'number' ? limit : count(limit(body, ctx), `throttle "${name}": limit`)
  const keyOf = (body: unknown, ctx: Context): string =>
    key === undefined ? '' : text(key(body, ctx), `throttle "${name}": key`)

  const queue = (body: unknown, ctx: Context): May<Result<never, unknown>> => {
    const [n, k] = [limitOf(body, ctx), keyOf(body, ctx)]
    const gate = (clock: Clock): ThrottleGate => {
      const state = stateOf(clock)
      return new ThrottleGate(clock, ctx, {
        ask: (who) => state.line(k, clock.now()).queue(who, n, clock.now()),
        leave: (who) => state.line(k, clock.now()).leave(who),
      })
    }
    const pass = ctx.enter({ name: `throttle ${name}`, whenParked: 'wait', members: [], gate })
    const passed = (p: Awaited<typeof pass>): Result<never, unknown> =>
      typeof p === 'function' ? right(body) : (p as Result<never, never>)
    return pass instanceof Promise ? pass.then(passed) : passed(pass)
  }

  const reject = (body: unknown, ctx: Context): Result<Throttled, unknown> => {
    const [n, k] = [limitOf(body, ctx), keyOf(body, ctx)]
    const now = ctx.clock.now()
    const retryAt = stateOf(ctx.clock.root ?? ctx.clock)
      .line(k, now)
      .pass(n, now)
    if (retryAt === 0) return right(body)
    const message = `throttle "${name}": ${n} in ${per} ms have passed; there is room in ${retryAt - now} ms`
    return left(new Throttled(name, message, { retryAt, scope: 'message' }))
  }

  return { name, effect: 'none', run: mode === 'queue' ? queue : (reject as typeof queue) }
}

const checked = (name: string, options: KeyedThrottleOptions<unknown>) => {
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError(`throttle: name: expected a text that is not empty, got ${shown(name)}`)
  const at = (option: string): string => `throttle "${name}": ${option}`
  const { limit, key, mode = 'queue', keys = 100_000 } = options
  if (typeof limit !== 'function') count(limit, at('limit'))
  if (key !== undefined && typeof key !== 'function')
    throw new TypeError(`${at('key')}: expected a function, got ${shown(key)}`)
  if (mode !== 'queue' && mode !== 'reject')
    throw new TypeError(`${at('mode')}: expected 'queue' or 'reject', got ${shown(mode)}`)
  const per = millis(options.per, at('per'))
  if (per <= 0 || !Number.isFinite(per))
    throw new TypeError(
      `${at('per')}: expected a duration longer than 0, and finite, got ${shown(options.per)}`,
    )
  return { limit, key, mode, per, keys: count(keys, at('keys')) }
}

const count = (n: unknown, option: string): number => {
  if (Number.isSafeInteger(n) && (n as number) >= 1) return n as number
  throw new TypeError(`${option}: expected a whole number of at least 1, got ${shown(n)}`)
}

const text = (key: unknown, option: string): string => {
  if (typeof key === 'string') return key
  if (typeof key === 'number' && Number.isFinite(key)) return String(key)
  throw new TypeError(`${option}: expected a text or a number, got ${typeof key}`)
}

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value))
