import type { Disk } from './disk.js'
import type { Entry } from './entry.js'
import { unwatchVersion, watchVersion } from './latest.js'

/** Puts a ready entry at the head of its key where claims look for it. */
export const queue = (entry: Entry): void => {
  const { line, due, deadline, seq } = entry
  // Claims are zero but for entries that were in hand at a crash.
  entry.place = (entry.claims > 0 ? line.suspects : line.due).push(entry, due, seq)
  if (deadline !== undefined) entry.overduePlace = line.overdue.push(entry, Math.max(due, deadline), seq)
}

/** The contrary of `queue`. */
export const unqueue = (entry: Entry): void => {
  const line = entry.claims > 0 ? entry.line.suspects : entry.line.due
  line.remove(entry.place!)
  entry.place = undefined
  if (entry.overduePlace === undefined) return
  entry.line.overdue.remove(entry.overduePlace)
  entry.overduePlace = undefined
}

/** Makes an entry ready, in its place of its key. */
export const becomeReady = (disk: Disk, entry: Entry): void => {
  entry.state = 'ready'
  if (entry.latest !== undefined) watchVersion(disk, entry)
  if (entry.head) queue(entry)
}

/** Takes a ready entry out of where claims and newer versions look for it. Its place of its key stays. */
export const leaveReady = (disk: Disk, entry: Entry): void => {
  if (entry.latest !== undefined) unwatchVersion(disk, entry)
  if (entry.head) unqueue(entry)
}

/** The time of waiting entries has come. */
export const wake = (disk: Disk, ids: readonly string[], now: number): void => {
  for (const id of ids) {
    const entry = disk.entries.get(id)
    if (entry?.state !== 'ready' || entry.due <= now) continue
    if (entry.head) unqueue(entry)
    entry.due = now
    if (entry.head) queue(entry)
  }
}
