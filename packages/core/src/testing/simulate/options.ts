import { millis, type Duration } from '../../message/duration.js'
import { isRecord } from '../../message/is-record.js'
import type { Definition } from '../../flow/op.js'
import type { Deployable } from '../../route/deployable.js'
import { expectations, type Expectations } from './expectations.js'
import { checkFaults } from './fault-plan.js'
import type { FaultOptions } from './fault.js'
import type { Law } from './law.js'
import { laws } from './laws/laws.js'
import type { SimulatedRuntimeOptions } from './service.js'
import type { Simulation, World } from './world.js'

/** Part of a run: what a failure prints, to see its short story again. */
export interface Part {
  /** Which messages of the script are sent, by number from 1. */
  readonly messages?: readonly number[]
  /** What strikes, instead of chance: lines as a failure prints them. */
  readonly faults?: readonly string[]
  /** Another order of things. Default 0. */
  readonly order?: number
}

/** Options of `simulate`. */
export interface SimulateOptions {
  /** One run. */
  readonly seed?: number
  /** Many runs, one a seed. Default, without `seed`: `{ from: 1, count: 100 }`. */
  readonly seeds?: { readonly from?: number; readonly count: number }
  /** Makes what surrounds the flows: stand-ins with their state, and the script of what is sent. Anew for each seed. */
  world(sim: Simulation): World
  /** What strikes, and how often. Default: every kind, about every 60th point. `'none'`: calls only overtake each other. */
  readonly faults?: FaultOptions | 'none'
  /** What must hold in every run. Default: `laws.all`; add yours: `[...laws.all, law('…', …)]`. */
  readonly invariants?: readonly Law[]
  /** Processes of the service, on one journal; or a function of the seed. Default 1. More than one have leases that end by time. */
  readonly processes?: number | ((seed: number) => number)
  /**
   * For how long faults may strike: virtual time from the start. Default 10 min. It ends earlier when everything has come
   * to rest.
   */
  readonly faultsFor?: Duration
  /** Within which everything must come to rest once nothing strikes any more. Virtual time. Default 50 h: retries last 24 h. */
  readonly within?: Duration
  /** In about every other run, dead letters are replayed: while faults strike, and after they are over. Default true. */
  readonly repair?: boolean
  /** Options of every process's runtime. */
  readonly runtime?: SimulatedRuntimeOptions
  /** Runs that may be spent on making the story of a failure shorter. Default 400; 0: it is told as it is. */
  readonly shrink?: number
  /** Real milliseconds without any progress after which a run counts as stuck. Default 2,000. */
  readonly patience?: number
  /** With `seed`: part of its run. */
  readonly only?: Part
}

/** The options, checked. Milliseconds. */
export interface Plan {
  readonly flows: Flows
  /** Where the flows are the same in all runs. */
  readonly definitions: readonly Definition[] | undefined
  readonly expected: Expectations | undefined
  readonly world: (sim: Simulation) => World
  readonly faults: FaultOptions | undefined
  readonly laws: readonly Law[]
  readonly processes: (seed: number) => number
  readonly faultsForMs: number
  readonly withinMs: number
  readonly repair: boolean
  readonly runtime: SimulatedRuntimeOptions
  readonly shrink: number
  readonly patience: number
}

/** Flows, or what makes them anew for each run: where their sources or targets hold state. */
export type Flows = readonly Deployable[] | ((sim: Simulation) => readonly Deployable[])

/** @throws TypeError naming the option that makes no sense. */
export const checkSimulate = (flows: Flows, o: SimulateOptions): Plan => {
  if (!isRecord(o)) throw wrong('options', 'an object with a world', o)
  if (typeof flows !== 'function' && !(Array.isArray(flows) && flows.length > 0))
    throw wrong('flows', 'at least one closed flow, or a function that gives them', flows)
  if (typeof o.world !== 'function') throw wrong('world', 'a function of the simulation', o.world)
  if (o.seed !== undefined && o.seeds !== undefined) throw wrong('seeds', 'either seed or seeds', 'both')
  if (o.only !== undefined && o.seed === undefined) throw wrong('only', 'a seed beside it', 'none')
  const { processes = 1 } = o
  if (typeof processes !== 'function') whole('processes', processes, 1)
  if (o.invariants !== undefined && !Array.isArray(o.invariants))
    throw wrong('invariants', 'a list of laws', o.invariants)
  for (const l of o.invariants ?? [])
    if (typeof (l as Partial<Law> | undefined)?.check !== 'function')
      throw wrong('invariants', 'laws, made by law(name, check) or of laws', l)
  if (o.repair !== undefined && typeof o.repair !== 'boolean')
    throw wrong('repair', 'true or false', o.repair)
  if (o.only !== undefined) checkPart(o.only)
  const definitions = typeof flows === 'function' ? undefined : flows.map(definitionOf)
  return {
    flows,
    definitions,
    expected: definitions && expectations(definitions),
    world: (sim) => checkedWorld(o.world(sim)),
    faults: o.faults === 'none' ? undefined : checkFaults(o.faults ?? {}),
    laws: o.invariants ?? laws.all,
    processes:
      typeof processes === 'function' ? (seed) => whole('processes', processes(seed), 1) : () => processes,
    faultsForMs: millis(o.faultsFor ?? '10m', 'simulate: faultsFor'),
    withinMs: millis(o.within ?? '50h', 'simulate: within'),
    repair: o.repair ?? true,
    runtime: o.runtime ?? {},
    shrink: whole('shrink', o.shrink ?? 400, 0),
    patience: whole('patience', o.patience ?? 2000, 1),
  }
}

/** What a closed flow is made of. @throws TypeError for any other. */
export const definitionOf = (flow: Deployable): Definition => {
  const { definition } = flow as unknown as { readonly definition?: Definition }
  if (definition?.rest !== undefined) return definition
  throw wrong('flows', 'closed flows, which end with onError or otherwise', definition?.name ?? flow)
}

const checkedWorld = (world: World): World => {
  // One that is made later would have sent nothing.
  if (!isRecord(world) || 'then' in world)
    throw wrong('world', 'a function that gives a world at once', world)
  if (world.steps !== undefined && !isRecord(world.steps))
    throw wrong('world: steps', 'an object', world.steps)
  if (world.done !== undefined && typeof world.done !== 'function')
    throw wrong('world: done', 'a function', world.done)
  return world
}

const checkPart = (part: Part): void => {
  if (!isRecord(part)) throw wrong('only', 'an object, as a failure prints it', part)
  const { messages = [], faults = [], order = 0 } = part
  if (!Array.isArray(messages)) throw wrong('only.messages', 'a list of numbers', messages)
  if (!Array.isArray(faults)) throw wrong('only.faults', 'a list of lines', faults)
  whole('only.order', order, 0)
}

/** The seeds to run. @throws TypeError naming the option that makes no sense. */
export const seedsOf = (o: SimulateOptions): { readonly from: number; readonly count: number } => {
  if (o.seed !== undefined) return { from: whole('seed', o.seed, 0), count: 1 }
  const { from = 1, count } = o.seeds ?? { count: 100 }
  return { from: whole('seeds.from', from, 0), count: whole('seeds.count', count, 1) }
}

const whole = (option: string, n: unknown, least: number): number => {
  if (Number.isSafeInteger(n) && (n as number) >= least) return n as number
  throw wrong(option, `a whole number of ${least} or more`, n)
}

const wrong = (option: string, expected: string, got: unknown): TypeError =>
  new TypeError(`simulate: ${option}: expected ${expected}, got ${shown(got)}`)

const shown = (got: unknown): string => {
  if (got === null) return 'null'
  if (Array.isArray(got)) return `${got.length} of them`
  return typeof got === 'string' || typeof got === 'number' ? String(got) : typeof got
}
