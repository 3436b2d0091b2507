import { millis, type Duration } from '../message/duration.js'
import { systemRandom, type Random } from '../ports/random.js'

/** When a destination is parked for failing, and for how long. */
export interface CircuitOptions {
  /** Failing calls in a row that park it: reports of `failed`, `refused` or `ambiguous`. Default 5. */
  readonly failures?: number
  /** How long it is parked at first; doubles while the calls let in afterwards fail. Default `'1s'`. */
  readonly open?: Duration
  /** The longest that it is parked at a time for failing. Default `'1m'`, or `open` when that is longer. */
  readonly maxOpen?: Duration
}

/** How a destination is called. */
export interface DestinationOptions {
  /** Known by this name in failures, events and the journal; unique in a process. */
  readonly name: string
  /** Calls inside at a time. Default 16. */
  readonly concurrency?: number
  /** At most `limit` calls at once, refilled evenly: `limit` more every `per`. Default: no limit. */
  readonly rate?: { readonly limit: number; readonly per: Duration }
  /** What a plain call does while it is parked: wait (default), or fail with `CircuitOpen`. Flows always wait. */
  readonly whenParked?: 'wait' | 'fail'
  /** `false`: it is parked only when it asks for it, never for failing. */
  readonly circuit?: CircuitOptions | false
  /** Where the spread of releases comes from. Default: the platform's. */
  readonly random?: Random
}

/** The options, checked, with defaults filled in and durations in milliseconds. */
export interface Settings {
  readonly name: string
  readonly concurrency: number
  readonly rate: { readonly limit: number; readonly per: number } | undefined
  readonly whenParked: 'wait' | 'fail'
  readonly circuit: { readonly failures: number; readonly open: number; readonly maxOpen: number } | false
  readonly random: Random
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
  if (whenParked !== 'wait' && whenParked !== 'fail')
    throw new TypeError(`${at('whenParked')}: expected 'wait' or 'fail', got ${shown(whenParked)}`)
  return {
    name,
    concurrency: count(options.concurrency ?? 16, at('concurrency')),
    rate: rate && { limit: count(rate.limit, at('rate.limit')), per: span(rate.per, at('rate.per')) },
    whenParked,
    circuit: circuit && circuitOf(circuit, at),
    random: options.random ?? systemRandom,
  }
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
