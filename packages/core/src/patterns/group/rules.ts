import { millis, type Duration } from '../../message/duration.js'
import type { CompletedBy, Group } from './joined.js'

/** Milliseconds; Infinity where the option is left out. */
export interface Timing {
  readonly silence: number
  readonly every: number
  readonly within: number
}

/** How groups are formed: the options of a pattern, checked. `C`: what user functions get as their last argument. */
export interface Rules<A, V, C> extends Timing {
  /** Folds; left out where groups are lists that somebody else keeps. */
  readonly into: Fold<A, V, C> | undefined
  readonly size: number
  readonly begins: ((body: A, group: Group<V>, ctx: C) => boolean) | undefined
  readonly ends: ((body: A, group: Group<V>, ctx: C) => boolean) | undefined
}

/** How messages become one value. */
export interface Fold<A, V, C> {
  readonly start: (body: A, ctx: C) => V
  readonly add: (value: V, body: A, ctx: C) => V
}

/** What of the options says when a group is complete. */
export interface Completion {
  readonly size?: number | undefined
  readonly begins?: unknown
  readonly ends?: unknown
  readonly silence?: Duration | undefined
  readonly every?: Duration | undefined
  readonly within?: Duration | undefined
  readonly into?: unknown
}

/** Reasons that are a matter of time. */
export const TIMED: ReadonlySet<CompletedBy> = new Set(['silence', 'every', 'within'])

/** @throws TypeError that names the option and what was expected. */
export const checkRules = <A, V, C>(what: string, o: Completion, most: number): Rules<A, V, C> => {
  const into = o.into as Fold<A, V, C> | undefined
  if (into !== undefined && (typeof into.start !== 'function' || typeof into.add !== 'function'))
    throw new TypeError(`${what}: into: expected { start, add }, two functions`)
  if (o.size !== undefined && (!Number.isInteger(o.size) || o.size < 1))
    throw new TypeError(`${what}: size: expected a whole number of 1 or more, got ${String(o.size)}`)
  return {
    into,
    size: o.size ?? most,
    begins: test(what, 'begins', o.begins),
    ends: test(what, 'ends', o.ends),
    silence: length(what, 'silence', o.silence),
    every: length(what, 'every', o.every),
    within: length(what, 'within', o.within),
  }
}

// oxlint-disable-next-line typescript/no-explicit-any
const test = (what: string, option: string, f: unknown): ((...of: any[]) => boolean) | undefined => {
  if (f === undefined || typeof f === 'function') return f as ((...of: unknown[]) => boolean) | undefined
  throw new TypeError(`${what}: ${option}: expected a function, got ${typeof f}`)
}

const length = (what: string, option: string, d: Duration | undefined): number => {
  if (d === undefined) return Number.POSITIVE_INFINITY
  const ms = millis(d, `${what}: ${option}`)
  if (ms > 0) return ms
  throw new TypeError(`${what}: ${option}: expected more than nothing, got ${JSON.stringify(d)}`)
}
