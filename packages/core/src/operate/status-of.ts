import type { FlowDescription } from '../plan/describe.js'
import { isAlertHop, RUNTIME } from '../plan/alert-names.js'
import type { Admin, Count, HopRef, Journal } from '../ports/journal.js'
import { ACTS, readActs } from './acts.js'
import { CONTROL, readControl } from './control.js'
import { holds, type Pause } from './controlled.js'
import { readDescription } from './description.js'
import { destinationStates, statesOf } from './destination-states.js'
import { FLOWS, readFlowNames } from './flow-names.js'
import type { FlowStatus, HopStatus, Status } from './status.js'

/** What looking at a journal takes: no more than reading. */
export type View = Pick<Journal, 'read'> & { readonly admin: Pick<Admin, 'counts' | 'find' | 'oldest'> }

/** Options of `statusOf`. */
export interface StatusOptions {
  /** Epoch milliseconds. */
  readonly now: number
  /** How many entries of a hop are in hand, where that is known. */
  readonly inFlight?: (hop: HopRef) => number | undefined
}

/**
 * How a journal and its flows stand, from the journal alone: no runtime is needed. Flows are those whose descriptions a start
 * has stored, by name; their hops are in the order of the flow, then those that only its past knows: renamed ones, alerts.
 */
export const statusOf = async (view: View, { now, inFlight }: StatusOptions): Promise<Status> => {
  const [counts, first] = await Promise.all([view.admin.counts(), view.read([FLOWS, CONTROL, ACTS])])
  const { paused } = readControl(first[CONTROL]?.value)
  const described = await descriptions(view, [
    ...readFlowNames(first[FLOWS]?.value),
    ...counts.map((c) => c.flow),
  ])
  const [states, oldest] = await Promise.all([view.read(statesOf(described)), oldestOf(view, counts)])
  const left = tallies(counts)
  const hopStatus = (ref: HopRef, destination?: string): HopStatus => {
    const key = keyOf(ref)
    const { in: all = 0, dead = 0, waiting = 0, ...done } = left.get(key)?.n ?? {}
    left.delete(key)
    const held = inFlight?.(ref)
    const at = oldest.get(key)
    return {
      ...ref,
      in: all,
      done,
      dead,
      waiting,
      ...(held !== undefined && { inFlight: held }),
      ...(waiting > 0 && at !== undefined && { oldest: at }),
      paused: paused.some((p) => holds(nowCalled(p, described), ref)),
      ...(destination !== undefined && { destination }),
    }
  }
  const others = (flow: string, known: (hop: string) => boolean): readonly HopStatus[] =>
    [...left.values()].flatMap(({ ref }) => (ref.flow === flow && known(ref.hop) ? [hopStatus(ref)] : []))
  const flows = described.map((d): FlowStatus => {
    const own = d.hops.map((h) => hopStatus({ flow: d.flow, hop: h.name }, h.destination))
    const renamed = new Set(Object.keys(d.renamed ?? {}))
    return {
      flow: d.flow,
      version: d.version,
      ...(d.source !== undefined && { source: d.source }),
      hops: [...own, ...others(d.flow, (hop) => renamed.has(hop) || isAlertHop(hop))],
    }
  })
  const ownAlerts = others(RUNTIME, isAlertHop)
  return {
    at: now,
    flows: ownAlerts.length === 0 ? flows : [...flows, { flow: RUNTIME, version: 1, hops: ownAlerts }],
    destinations: destinationStates(described, states, paused, now),
    paused,
    acts: readActs(first[ACTS]?.value),
    orphans: [...left.values()].map(({ ref }) => hopStatus(ref)).filter((h) => h.waiting + h.dead > 0),
  }
}

/** A pause of a hop that has been renamed since is one of the hop as it is called now. */
const nowCalled = (pause: Pause, flows: readonly FlowDescription[]): Pause => {
  const { what } = pause
  if (!('flow' in what) || what.hop === undefined) return pause
  const renamed = flows.find((d) => d.flow === what.flow)?.renamed ?? {}
  return Object.hasOwn(renamed, what.hop) ? { ...pause, what: { ...what, hop: renamed[what.hop]! } } : pause
}

const descriptions = async (view: View, names: readonly string[]): Promise<readonly FlowDescription[]> => {
  const unique = [...new Set(names)].sort()
  const stored = await view.read(unique.map((name) => `flow:${name}`))
  return unique.flatMap((name) => readDescription(stored[`flow:${name}`]?.value) ?? [])
}

interface Tally {
  readonly ref: HopRef
  readonly n: Record<string, number>
}

const tallies = (counts: readonly Count[]): Map<string, Tally> => {
  const byHop = new Map<string, Tally>()
  for (const { flow, hop, what, n } of counts) {
    const ref = { flow, hop }
    const tally = byHop.get(keyOf(ref)) ?? { ref, n: {} }
    tally.n[what] = n
    byHop.set(keyOf(ref), tally)
  }
  return byHop
}

const oldestOf = async (view: View, counts: readonly Count[]): Promise<ReadonlyMap<string, number>> => {
  const known = await view.admin.oldest?.()
  if (known !== undefined) return new Map(known.map((o) => [keyOf(o), o.at]))
  const waiting = counts.filter((c) => c.what === 'waiting' && c.n > 0)
  const first = waiting.map(async ({ flow, hop }): Promise<readonly [string, number][]> => {
    const [found] = await view.admin.find({ flow, hop, state: 'waiting', limit: 1 })
    return found === undefined ? [] : [[keyOf({ flow, hop }), found.at]]
  })
  return new Map((await Promise.all(first)).flat())
}

const keyOf = ({ flow, hop }: HopRef): string => `${flow}\n${hop}`
