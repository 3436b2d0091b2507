import { checkKnown } from '../message/check-known.js'
import { checkMade } from '../message/check-made.js'
import { millis, type Duration } from '../message/duration.js'
import { systemRandom, type Random } from '../ports/random.js'
import type { AdaptiveSettings } from './adaptive-limit.js'
import type { BudgetSettings } from './retry-budget.js'

/** When a destination is parked for failing, and for how long. */
export interface CircuitOptions {
  /** Failing calls in a row that park it: reports of `failed`, `refused` or `ambiguous`. Default 5. */
  readonly failures?: number
  /** How long it is parked at first; doubles while the calls let in afterwards fail. Default `'1s'`. */
  readonly open?: Duration
  /** The longest that it is parked at a time for failing. Default `'1m'`, or `open` when that is longer. */
  readonly maxOpen?: Duration
}

/** A limit on the calls inside that finds its own size between two bounds. */
export interface AdaptiveOptions {
  /** The fewest calls inside at a time that it shrinks to. Default 1. */
  readonly min?: number
  /** The most that it grows to. Default 128. */
  readonly max?: number
  /** Where it begins. Default 16, or the nearest bound. */
  readonly initial?: number
  /** What a decrease leaves of it: a share between 0 and 1. Default 0.7. */
  readonly backoff?: number
}

/** How many calls may be repeats of one that failed. */
export interface RetryBudgetOptions {
  /** Repeats for each first call of the last ten seconds. Default 0.2. */
  readonly share?: number
  /** Repeats a second on top of it, at least 0.1. Default 10. */
  readonly perSecond?: number
}

/** How a destination is called. */
export interface DestinationOptions {
  /** Known by this name in failures, events and the journal; unique in a process. */
  readonly name: string
  /**
   * Calls inside at a time. Default 16. `adaptive`: it grows by one while calls come back well and it is used, and shrinks
   * when calls are refused, fail or have no clear outcome, once for all that were inside together.
   */
  readonly concurrency?: number | { readonly adaptive: AdaptiveOptions }
  /** At most `limit` calls at once, refilled evenly: `limit` more every `per`. Default: no limit. */
  readonly rate?: { readonly limit: number; readonly per: Duration }
  /** What a plain call does while it is parked: wait (default), or fail with `CircuitOpen`. Flows always wait. */
  readonly whenParked?: 'wait' | 'fail'
  /** `false`: it is parked only when it asks for it, never for failing. */
  readonly circuit?: CircuitOptions | false
  /**
   * How many calls may be repeats: a flow's message that finds nothing left waits in the journal and spends no attempt, a
   * client's quick retry is not made. `false`: as many as there are.
   */
  readonly retryBudget?: RetryBudgetOptions | false
  /** Where the spread of releases comes from. Default: the platform's. */
  readonly random?: Random
}

/** The options, checked, with defaults filled in and durations in milliseconds. */
export interface Settings {
  readonly name: string
  /** The limit, or where an adaptive one begins. */
  readonly concurrency: number
  readonly adaptive: AdaptiveSettings | undefined
  readonly rate: { readonly limit: number; readonly per: number } | undefined
  readonly whenParked: 'wait' | 'fail'
  readonly circuit: { readonly failures: number; readonly open: number; readonly maxOpen: number } | false
  readonly retryBudget: BudgetSettings | false
  readonly random: Random
}

const KNOWN: Readonly<Record<keyof DestinationOptions, 1>> = {
  name: 1,
  concurrency: 1,
  rate: 1,
  whenParked: 1,
  circuit: 1,
  retryBudget: 1,
  random: 1,
}

/**
 * Checks a destination's options.
 *
 * @throws TypeError naming the destination, the option and what was expected.
 */
export const settingsOf = (options: DestinationOptions): Settings => {
  const { name, whenParked = 'wait', rate, circuit = {} } = options
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError(`destination: name: expected a text that is not empty, got ${shown(name)}`)
  const at = (option: string): string => `destination "${name}": ${option}`
  checkKnown(`destination "${name}"`, options, KNOWN)
  if (whenParked !== 'wait' && whenParked !== 'fail')
    throw new TypeError(`${at('whenParked')}: expected 'wait' or 'fail', got ${shown(whenParked)}`)
  if (options.random !== undefined)
    checkMade(at('random'), 'a random port, with next', options.random, 'next')
  return {
    name,
    ...concurrencyOf(options.concurrency, at),
    rate: rate && { limit: count(rate.limit, at('rate.limit')), per: span(rate.per, at('rate.per')) },
    whenParked,
    circuit: circuit && circuitOf(circuit, at),
    retryBudget: budgetOf(options.retryBudget, at),
    random: options.random ?? systemRandom,
  }
}

const concurrencyOf = (
  given: DestinationOptions['concurrency'],
  at: (option: string) => string,
): Pick<Settings, 'concurrency' | 'adaptive'> => {
  if (typeof given !== 'object' || given === null)
    return { concurrency: count(given ?? 16, at('concurrency')), adaptive: undefined }
  const { adaptive } = given
  if (typeof adaptive !== 'object' || adaptive === null)
    throw new TypeError(
      `${at('concurrency')}: expected a number or { adaptive: { min, max } }, got ${shown(adaptive)}`,
    )
  const option = (name: string): string => at(`concurrency.adaptive.${name}`)
  const min = count(adaptive.min ?? 1, option('min'))
  const max = count(adaptive.max ?? Math.max(128, min), option('max'))
  if (max < min) throw new TypeError(`${option('max')}: expected at least min (${min}), got ${shown(max)}`)
  const initial = count(adaptive.initial ?? Math.min(max, Math.max(min, 16)), option('initial'))
  if (initial < min || initial > max)
    throw new TypeError(`${option('initial')}: expected between ${min} and ${max}, got ${shown(initial)}`)
  const backoff = adaptive.backoff ?? 0.7
  if (!(typeof backoff === 'number' && backoff > 0 && backoff < 1))
    throw new TypeError(`${option('backoff')}: expected a share between 0 and 1, got ${shown(backoff)}`)
  return { concurrency: initial, adaptive: { min, max, backoff } }
}

const budgetOf = (
  given: DestinationOptions['retryBudget'],
  at: (option: string) => string,
): Settings['retryBudget'] => {
  if (given === false) return false
  const { share = 0.2, perSecond = 10 } = given ?? {}
  if (!(typeof share === 'number' && share >= 0 && share < Infinity))
    throw new TypeError(`${at('retryBudget.share')}: expected a number of at least 0, got ${shown(share)}`)
  // With nothing at all to repeat by, a message that waits for it would wait for ever.
  if (!(typeof perSecond === 'number' && perSecond >= 0.1 && perSecond < Infinity))
    throw new TypeError(
      `${at('retryBudget.perSecond')}: expected a number of at least 0.1, got ${shown(perSecond)}`,
    )
  return { share, perSecond }
}

const circuitOf = (circuit: CircuitOptions, at: (option: string) => string): Settings['circuit'] => {
  const open = span(circuit.open ?? '1s', at('circuit.open'))
  const maxOpen =
    circuit.maxOpen === undefined ? Math.max(open, 60_000) : span(circuit.maxOpen, at('circuit.maxOpen'))
  if (maxOpen < open)
    throw new TypeError(
      `${at('circuit.maxOpen')}: expected at least circuit.open (${open} ms), got ${shown(circuit.maxOpen)}`,
    )
  return { failures: count(circuit.failures ?? 5, at('circuit.failures')), open, maxOpen }
}

const count = (n: unknown, option: string): number => {
  if (Number.isSafeInteger(n) && (n as number) >= 1) return n as number
  throw new TypeError(`${option}: expected a whole number of at least 1, got ${shown(n)}`)
}

const span = (duration: Duration, option: string): number => {
  const ms = millis(duration, option)
  if (ms > 0 && Number.isFinite(ms)) return ms
  throw new TypeError(`${option}: expected a duration longer than 0, and finite, got ${shown(duration)}`)
}

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value))
