import { checkKnown } from '../message/check-known.js'
import { millis, type Duration } from '../message/duration.js'
import type { Random } from '../ports/random.js'

/** When to try again. Milliseconds. */
export interface Schedule {
  readonly delays:
    | readonly number[]
    | { readonly initial: number; readonly factor: number; readonly max: number }
  /** `full`: anywhere from 0 to the delay (exponential backoff with full jitter). */
  readonly jitter: 'full' | 'none'
  /** Failed attempts after which it gives up. */
  readonly attempts?: number
  /** Time since the first failure, less time parked, after which it gives up. */
  readonly upTo?: number
}

/** The options of `retry`. */
export interface RetryOptions {
  /** The first delay. Default 1 s. */
  readonly initial?: Duration
  /** The longest delay. Default 5 min. */
  readonly max?: Duration
  /** By how much a delay is longer than the one before. Default 2. */
  readonly factor?: number
  /** The delays one by one, the last one repeated, instead of `initial`, `factor` and `max`. */
  readonly delays?: readonly Duration[]
  /** Default `full`. */
  readonly jitter?: 'full' | 'none'
  /** Failed attempts of the hop after which it gives up. Default: no limit. */
  readonly attempts?: number
  /** How long it goes on after the first failure, time parked not counted. Default 24 h, unless `attempts` is given. */
  readonly upTo?: Duration
}

const KNOWN: Readonly<Record<keyof RetryOptions, 1>> = {
  initial: 1,
  max: 1,
  factor: 1,
  delays: 1,
  jitter: 1,
  attempts: 1,
  upTo: 1,
}

/** A schedule from its options. @throws TypeError naming an option that makes no sense. */
export const schedule = (o: RetryOptions): Schedule => {
  if (typeof o !== 'object') throw new TypeError(`retry: expected an object of options, got ${typeof o}`)
  checkKnown('retry', o, KNOWN)
  const initial = millis(o.initial ?? '1s', 'retry: initial')
  const max = Math.max(initial, millis(o.max ?? '5m', 'retry: max'))
  if (initial <= 0)
    throw new TypeError(`retry: initial: expected a duration longer than nothing, got ${o.initial}`)
  const factor = o.factor ?? 2
  if (!(typeof factor === 'number' && factor >= 1 && factor < Infinity))
    throw new TypeError(`retry: factor: expected a number of 1 or more, got ${factor}`)
  if (o.attempts !== undefined && !(Number.isInteger(o.attempts) && o.attempts >= 1))
    throw new TypeError(`retry: attempts: expected a whole number of 1 or more, got ${o.attempts}`)
  if (o.jitter !== undefined && o.jitter !== 'full' && o.jitter !== 'none')
    throw new TypeError(`retry: jitter: expected 'full' or 'none', got ${JSON.stringify(o.jitter)}`)
  if (o.delays !== undefined && !(Array.isArray(o.delays) && o.delays.length > 0))
    throw new TypeError('retry: delays: expected at least one duration')
  const upTo = o.upTo ?? (o.attempts === undefined ? '24h' : undefined)
  return {
    delays: o.delays?.map((d) => millis(d, 'retry: delays')) ?? { initial, factor, max },
    jitter: o.jitter ?? 'full',
    ...(o.attempts !== undefined && { attempts: o.attempts }),
    ...(upTo !== undefined && { upTo: millis(upTo, 'retry: upTo') }),
  }
}

/** The delay after the n-th failed attempt (from 1), before jitter. */
export const delayAfter = (s: Schedule, n: number): number => {
  if ('length' in s.delays) return s.delays[Math.min(n, s.delays.length) - 1]!
  return Math.min(s.delays.max, s.delays.initial * s.delays.factor ** Math.min(n - 1, 1000))
}

/** The same with its jitter. */
export const jittered = (s: Schedule, n: number, random: Random): number => {
  const delay = delayAfter(s, n)
  return Math.round(s.jitter === 'full' ? delay * random.next() : delay)
}
