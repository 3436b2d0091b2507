import { checkDrift, type CheckedDrift, type DriftOptions } from '../drift/options.js'
import { checkKnown } from '../message/check-known.js'
import { checkMade } from '../message/check-made.js'
import { millis, type Duration } from '../message/duration.js'
import type { Clock } from '../ports/clock.js'
import type { Journal } from '../ports/journal.js'
import type { Logger } from '../ports/logger.js'
import type { Random } from '../ports/random.js'
import type { Deployable } from '../route/deployable.js'
import type { AlertTarget } from '../route/route.js'
import type { Rehearsal } from './rehearsal.js'

/** Options of `createRuntime`. */
export interface RuntimeOptions {
  /** Closed flows, each with a name of its own; with those that they divert to. */
  readonly flows: readonly Deployable[]
  readonly journal: Journal
  /** Told of what no route tells: crashes, and alerts that could not be delivered. */
  readonly alert?: AlertTarget
  /** `accept`: sources only. `work`: hops only. Default `both`. */
  readonly role?: 'accept' | 'work' | 'both'
  /** Attempts in flight at once. Default 256 in all, 64 of one hop. Destinations have limits of their own. */
  readonly concurrency?: {
    readonly total?: number
    readonly perHop?: number
    readonly hops?: Readonly<Record<string, number>>
  }
  /** Pending entries from which sources are told to wait. Default 100,000. */
  readonly maxPending?: number
  /** How long a lease is good for without being renewed. Default 30 s. */
  readonly lease?: Duration
  /** How long an attempt may take before it is given up. Default 10 min. */
  readonly attempt?: Duration
  /** Over which alerts of one flow, hop and tag are grouped. Default 5 min. */
  readonly alertWindow?: Duration
  /** How long `stop` waits for what is in flight. Default 10 s. */
  readonly grace?: Duration
  /** How messages are watched for changes of their shape, or `false`. Default: on, as `DriftOptions` says. */
  readonly drift?: false | DriftOptions
  /** Default: warnings to stderr as JSON lines. A pino logger fits. */
  readonly log?: Logger
  /** Overrides of configuration, for tests. */
  readonly config?: Readonly<Record<string, string>>
  readonly clock?: Clock
  readonly random?: Random
  /** For tests: what stands in for an alert target. */
  readonly alertStep?: (target: AlertTarget) => AlertTarget
  /** For tools that run flows without their effects: decides which may be had. Left out: all. */
  readonly rehearsal?: Rehearsal
}

/** The numbers of the options, checked. Milliseconds. */
export interface Checked {
  readonly total: number
  readonly perHop: number
  readonly hops: Readonly<Record<string, number>>
  readonly maxPending: number
  readonly leaseMs: number
  readonly attemptMs: number
  readonly alertWindow: number
  readonly graceMs: number
  /** Left out: it is off. */
  readonly drift: CheckedDrift | undefined
}

const KNOWN: Readonly<Record<keyof RuntimeOptions, 0 | 1>> = {
  flows: 1,
  journal: 1,
  alert: 1,
  role: 1,
  concurrency: 1,
  maxPending: 1,
  lease: 1,
  attempt: 1,
  alertWindow: 1,
  grace: 1,
  drift: 1,
  log: 1,
  config: 1,
  clock: 1,
  random: 1,
  alertStep: 0,
  rehearsal: 0,
}

/** @throws TypeError that names the option and what was expected. */
export const checkOptions = (o: RuntimeOptions): Checked => {
  checkKnown('createRuntime', o, KNOWN)
  checkKnown('createRuntime: concurrency', o.concurrency, { total: 1, perHop: 1, hops: 1 })
  if (!Array.isArray(o.flows) || o.flows.length === 0)
    throw wrong('flows', 'at least one closed flow', o.flows)
  if (typeof (o.journal as Partial<Journal> | undefined)?.claim !== 'function')
    throw wrong('journal', 'a journal, such as memoryJournal() or sqlite({ file })', o.journal)
  if (o.role !== undefined && !['accept', 'work', 'both'].includes(o.role))
    throw wrong('role', "'accept', 'work' or 'both'", o.role)
  if (o.alert !== undefined) checkMade('createRuntime: alert', 'a target that takes an Alert', o.alert, 'run')
  if (o.log !== undefined) checkMade('createRuntime: log', 'a logger', o.log, 'warn')
  if (o.clock !== undefined) checkMade('createRuntime: clock', 'a clock', o.clock, 'now', 'after')
  if (o.random !== undefined) checkMade('createRuntime: random', 'a random port', o.random, 'next')
  const hops = o.concurrency?.hops ?? {}
  for (const [name, n] of Object.entries(hops)) whole(`concurrency.hops.${name}`, n)
  return {
    total: whole('concurrency.total', o.concurrency?.total ?? 256),
    perHop: whole('concurrency.perHop', o.concurrency?.perHop ?? 64),
    hops,
    maxPending: whole('maxPending', o.maxPending ?? 100_000),
    leaseMs: length('lease', o.lease ?? '30s'),
    attemptMs: length('attempt', o.attempt ?? '10m'),
    alertWindow: length('alertWindow', o.alertWindow ?? '5m'),
    graceMs: millis(o.grace ?? '10s', 'createRuntime: grace'),
    drift: checkDrift(o.drift),
  }
}

const wrong = (option: string, expected: string, got: unknown): TypeError =>
  new TypeError(`createRuntime: ${option}: expected ${expected}, got ${shown(got)}`)

const shown = (got: unknown): string => {
  if (Array.isArray(got)) return `${got.length} of them`
  if (typeof got === 'string') return JSON.stringify(got)
  if (typeof got === 'number') return String(got)
  return got === null ? 'null' : typeof got
}

const whole = (option: string, n: number): number => {
  if (!Number.isInteger(n) || n < 1) throw wrong(option, 'a whole number of 1 or more', n)
  return n
}

const length = (option: string, d: Duration): number => {
  const ms = millis(d, `createRuntime: ${option}`)
  if (ms <= 0) throw wrong(option, 'a duration longer than nothing', d)
  return ms
}
