import type { Destination } from '../destination/destination.js'
import { millis, type Duration } from '../message/duration.js'
import type { Deployable } from '../route/deployable.js'
import { definitionOf } from './definition-of.js'
import { plan } from './plan.js'
import type { Hop } from './hop.js'

/** What an estimate is made for. */
export interface EstimateOptions {
  /** How many messages there are, or items, where the flow has a batch run. */
  readonly rows: number
  /** How long a call of a destination takes: one for all, or by name. Default `'100ms'`. */
  readonly latency?: Duration | Readonly<Record<string, Duration>>
  /** The share of rows that reach a hop, by its name; 0 to 1. Default 1: choices and filters are not guessed. */
  readonly share?: Readonly<Record<string, number>>
  /** Attempts in flight of one hop, as given to the runtime. Default 64. */
  readonly perHop?: number
}

/** One destination's part of it. */
export interface EstimatedPart {
  readonly destination: string
  readonly calls: number
  /** Calls a second, at best. */
  readonly rate: number
  /** Milliseconds that its calls take. */
  readonly ms: number
  /** What keeps it from going faster. */
  readonly by: 'rate' | 'concurrency'
}

/** How long rows take at least, retries and parkings aside. */
export interface Estimate {
  /** Milliseconds: as long as the slowest destination, for all are called at the same time. */
  readonly ms: number
  /** The destination that it depends on; none where no destination is called. */
  readonly slowest?: string
  /** Slowest first. */
  readonly parts: readonly EstimatedPart[]
}

const LATENCY: Duration = '100ms'
const PER_HOP = 64

/**
 * How long a flow takes for so many rows, from the rate and concurrency limits of the destinations that a row meets. A
 * lower bound: one call a hop and row, no failures. Of a flow with a batch run (`split(…, { run })`) the hops of an item
 * count; of one without, its own, those inside of a split left out.
 *
 * @example
 * estimate(nightlyImport, { rows: 100_000, latency: '200ms' }).ms // what 10 calls a second make of that: 10,000,000
 * @throws TypeError that names the option and what was expected.
 */
export const estimate = (flow: Deployable | { readonly name: string }, o: EstimateOptions): Estimate => {
  const d = definitionOf('estimate', flow)
  check(o)
  const hops = [...plan(d).hops.values()]
  const run = hops.flatMap((h) => (h.end.as === 'run' ? [h.end.path] : []))[0]
  const met = hops.filter((h) => (run === undefined ? h.splits.length === 0 : h.splits.at(-1) === run))
  const calls = new Map<Destination, { n: number; slots: number }>()
  for (const hop of met)
    for (const destination of new Set(hop.destinations)) {
      const before = calls.get(destination) ?? { n: 0, slots: 0 }
      const n = Math.ceil(o.rows * shareOf(hop, o))
      calls.set(destination, { n: before.n + n, slots: before.slots + (o.perHop ?? PER_HOP) })
    }
  const parts = [...calls]
    .map(([to, { n, slots }]) => partOf(to, n, slots, o))
    .toSorted((a, b) => b.ms - a.ms)
  const slowest = parts[0]
  return { ms: slowest?.ms ?? 0, ...(slowest !== undefined && { slowest: slowest.destination }), parts }
}

const partOf = (to: Destination, calls: number, slots: number, o: EstimateOptions): EstimatedPart => {
  const { limits } = to
  const atATime = Math.min(limits?.concurrency ?? slots, slots)
  const latency = latencyOf(to.name, o)
  const byTime = (calls * latency) / atATime
  // The first `limit` calls are let in at once, and the last of them has to come back.
  const rate = limits?.rate
  const byRate =
    rate === undefined
      ? 0
      : (Math.max(0, calls - rate.limit) * rate.per) / rate.limit + (calls > 0 ? latency : 0)
  const ms = Math.ceil(Math.max(byTime, byRate))
  const best = Math.min(
    (1000 / latency) * atATime,
    rate === undefined ? Infinity : (rate.limit * 1000) / rate.per,
  )
  return { destination: to.name, calls, rate: best, ms, by: byRate > byTime ? 'rate' : 'concurrency' }
}

const shareOf = (hop: Hop, o: EstimateOptions): number => o.share?.[hop.name] ?? 1

const latencyOf = (name: string, { latency = LATENCY }: EstimateOptions): number =>
  typeof latency === 'object'
    ? millis(latency[name] ?? LATENCY, `estimate: latency.${name}`)
    : millis(latency, 'estimate: latency')

const check = ({ rows, share, perHop }: EstimateOptions): void => {
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw new TypeError(`estimate: rows: expected a whole number of 0 or more, got ${String(rows)}`)
  if (perHop !== undefined && (!Number.isSafeInteger(perHop) || perHop < 1))
    throw new TypeError(`estimate: perHop: expected a whole number of at least 1, got ${String(perHop)}`)
  for (const [hop, n] of Object.entries(share ?? {}))
    if (!(typeof n === 'number' && n >= 0 && n <= 1))
      throw new TypeError(`estimate: share.${hop}: expected a number from 0 to 1, got ${String(n)}`)
}
