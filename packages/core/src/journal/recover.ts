import type { HopRef, Opened } from '../ports/journal.js'
import type { Disk } from './disk.js'
import { handBack } from './lease.js'

/** Takes the disk over where only one journal may work: whoever had it before has no lease any more. */
export const takeOver = (disk: Disk, owner: object, hops: readonly HopRef[]): Opened => {
  const unclean = !disk.clean
  disk.owner = owner
  disk.many = false
  disk.boot++
  disk.clean = false
  disk.oldUpTo = unclean ? disk.seq : 0
  for (const entry of disk.held) handBack(disk, entry)
  return { unknown: unknownHops(disk, hops), unclean }
}

/** Joins the others on the disk. `unclean`: a lease is found whose holder let it run out. */
export const joinIn = (disk: Disk, hops: readonly HopRef[], now: number): Opened => {
  disk.owner = undefined
  disk.many = true
  disk.boot++
  disk.clean = false
  const unclean = [...disk.held].some(
    (entry) => entry.leasePlace !== undefined && entry.leasePlace.first <= now,
  )
  return { unknown: unknownHops(disk, hops), unclean }
}

const unknownHops = (disk: Disk, hops: readonly HopRef[]): Opened['unknown'] => {
  const listed = new Map<string, Set<string>>()
  for (const { flow, hop } of hops) listed.set(flow, (listed.get(flow) ?? new Set()).add(hop))
  const unknown = new Map<string, HopRef & { entries: number }>()
  for (const { state, line } of disk.entries.values()) {
    if (state === 'dead' || state === 'done' || listed.get(line.flow)?.has(line.hop) === true) continue
    const name = JSON.stringify([line.flow, line.hop])
    const row = unknown.get(name) ?? { flow: line.flow, hop: line.hop, entries: 0 }
    row.entries++
    unknown.set(name, row)
  }
  return [...unknown.values()]
}
