import { answer, noReply } from './answer.js'
import type { Disk } from './disk.js'
import { end } from './end.js'
import type { Entry } from './entry.js'
import { letGo } from './lease.js'

/** Ends whatever is alive or dead, wherever it is: a holder is fenced. What waited answers its join with nothing. */
export const drop = (disk: Disk, entry: Entry, why: 'replayed' | 'discarded', keepRoot: boolean): void => {
  const unanswered = entry.state !== 'dead'
  if (entry.state === 'claimed') letGo(disk, entry)
  end(disk, entry, why, keepRoot)
  if (unanswered) answer(disk, entry, noReply)
}

/** Ends a dead letter or a waiting entry for good: `Admin.discard`, for one. */
export const discard = (disk: Disk, id: string, why: string): boolean => {
  const entry = disk.entries.get(id)
  if (entry === undefined || entry.state === 'done') return false
  drop(disk, entry, why === 'replayed' ? 'replayed' : 'discarded', true)
  return true
}
