import type { Done } from '../ports/journal.js'
import type { Disk } from './disk.js'
import type { Entry } from './entry.js'
import { leaveKey } from './order.js'
import { leaveReady } from './ready.js'
import { forget, retire } from './retention.js'

/** Takes an entry out of every line it stands in. A claimed one must have been let go. */
const unhook = (disk: Disk, entry: Entry): void => {
  if (entry.state === 'ready') leaveReady(disk, entry)
  if (entry.state !== 'dead' || entry.hold) leaveKey(entry)
}

/** Ends an entry for good, and counts it. Answering its join is the caller's. */
export const end = (disk: Disk, entry: Entry, why: Done, keepRoot = true): void => {
  unhook(disk, entry)
  if (entry.state === 'dead') entry.line.tally.dead--
  entry.line.tally[why]++
  if (entry.join !== undefined) disk.parts.delete(entry.id)
  if (keepRoot) retire(disk, entry)
  else forget(disk, entry)
}

/** Makes a dead letter of an entry that has been let go. */
export const bury = (entry: Entry, holdKey: boolean): void => {
  entry.line.tally.dead++
  entry.state = 'dead'
  entry.hold = holdKey
  if (!holdKey) leaveKey(entry)
}
