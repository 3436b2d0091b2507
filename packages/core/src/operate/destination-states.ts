import { readRecord } from '../destination/parking.js'
import type { Json } from '../message/json.js'
import type { FlowDescription } from '../plan/describe.js'
import type { Stored } from '../ports/journal.js'
import type { Pause } from './controlled.js'
import type { DestinationStatus } from './status.js'

/** Names of the states in which runtimes keep what they know of the destinations of flows. */
export const statesOf = (flows: readonly FlowDescription[]): readonly string[] =>
  namesOf(flows).map(stateName)

/** How destinations are, as far as the journal knows; also those that a destination of several is made of. By name. */
export const destinationStates = (
  flows: readonly FlowDescription[],
  states: Readonly<Record<string, Stored>>,
  paused: readonly Pause[],
  now: number,
): readonly DestinationStatus[] => {
  const known = new Map<string, DestinationStatus>()
  for (const name of namesOf(flows)) {
    const value = states[stateName(name)]?.value ?? null
    known.set(name, { destination: name, ...parked(value, now) })
    for (const [member, record] of Object.entries(membersOf(value)))
      if (!known.has(member)) known.set(member, { destination: member, ...parked(record, now) })
  }
  for (const { what } of paused)
    if ('destination' in what) known.set(what.destination, { ...what, state: 'paused' })
  return [...known.values()].sort((a, b) => (a.destination < b.destination ? -1 : 1))
}

const namesOf = (flows: readonly FlowDescription[]): readonly string[] => [
  ...new Set(
    flows.flatMap((f) =>
      f.hops.flatMap((h) => [...(h.reads ?? []), ...(h.destination === undefined ? [] : [h.destination])]),
    ),
  ),
]

const stateName = (destination: string): string => `destination:${destination}`

const parked = (value: Json, now: number): Pick<DestinationStatus, 'state' | 'until' | 'why'> => {
  const members = Object.values(membersOf(value)).map((record) => parked(record, now))
  if (members.length > 0) {
    // Of several, it is parked while all of them are.
    const first = members.reduce((a, b) => ((a.until ?? 0) <= (b.until ?? 0) ? a : b))
    return first
  }
  const parking = readRecord(value)?.parking
  if (parking === undefined || parking.until <= now) return { state: 'open' }
  return { state: 'parked', until: parking.until, ...(parking.why !== undefined && { why: parking.why }) }
}

const membersOf = (value: Json): Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && readRecord(value) === undefined
    ? (value as { readonly [member: string]: Json })
    : {}
