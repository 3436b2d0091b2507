import type { Lease } from '../ports/journal.js'
import type { Disk } from './disk.js'
import type { Entry } from './entry.js'
import { becomeReady } from './ready.js'
import { outdated } from './latest.js'
import { supersede } from './supersede.js'

/** Puts an entry into somebody's hand. Claims are counted as far as they tell of crashes. */
export const hold = (disk: Disk, entry: Entry, holder: object, until: number): void => {
  entry.state = 'claimed'
  entry.holder = holder
  entry.token = `${entry.seq}.${disk.boot}.${++disk.tokens}`
  entry.counted = disk.many || entry.seq <= disk.oldUpTo
  if (entry.counted) entry.claims++
  disk.held.add(entry)
  if (disk.many) entry.leasePlace = entry.line.leases.push(entry, until, entry.seq)
}

/** Takes an entry out of whoever's hand it is in. It has no state of its own until it is given one. */
export const letGo = (disk: Disk, entry: Entry): void => {
  disk.held.delete(entry)
  if (disk.suspect === entry) disk.suspect = undefined
  entry.token = ''
  entry.holder = undefined
  if (entry.leasePlace === undefined) return
  entry.line.leases.remove(entry.leasePlace)
  entry.leasePlace = undefined
}

/** The entry of a lease that is still held. */
export const heldBy = (disk: Disk, { id, token }: Lease): Entry | undefined => {
  const entry = disk.entries.get(id)
  return entry !== undefined && entry.state === 'claimed' && entry.token === token ? entry : undefined
}

/** Moves the end of a lease. */
export const prolong = (disk: Disk, entry: Entry, until: number): void => {
  if (entry.leasePlace === undefined) return
  entry.line.leases.remove(entry.leasePlace)
  entry.leasePlace = entry.line.leases.push(entry, until, entry.seq)
}

/**
 * Takes an entry from a holder that did nothing with it: a killed or stopped process. It waits again, unless a newer
 * version has come meanwhile. Gives whether it waits.
 */
export const handBack = (disk: Disk, entry: Entry): boolean => {
  letGo(disk, entry)
  if (outdated(disk, entry)) {
    supersede(disk, entry)
    return false
  }
  becomeReady(disk, entry)
  return true
}

/** Takes back a claim that shall not count. */
export const uncount = (entry: Entry): void => {
  if (entry.counted) entry.claims--
}
