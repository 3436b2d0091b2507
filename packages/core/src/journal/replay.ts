import type { Disk } from './disk.js'
import type { Entry } from './entry.js'
import { outdated } from './latest.js'
import { enterKey } from './order.js'
import { becomeReady, leaveReady } from './ready.js'
import { supersede } from './supersede.js'

/** What a replay came to. */
export type Replayed = 'replayed' | 'reopened' | 'late' | 'absent'

/** Sends a dead letter again: `Admin.replay`, for one. */
export const replay = (disk: Disk, id: string, now: number): Replayed => {
  const entry = disk.entries.get(id)
  if (entry?.state !== 'dead') return 'absent'
  const came = entry.answers === undefined ? 'replayed' : reopen(disk, entry.answers, now)
  rise(entry, now)
  if (!outdated(disk, entry)) {
    becomeReady(disk, entry)
    return came
  }
  // A newer version has been accepted since: this one would only undo it.
  entry.state = 'claimed'
  supersede(disk, entry)
  return came
}

/** Takes a dead letter from the dead, to where its key stands; it has no state until it is given one. */
const rise = (entry: Entry, now: number): void => {
  entry.line.tally.dead--
  entry.attempts = 0
  entry.memo = undefined
  entry.due = now
  if (entry.deadline !== undefined && entry.deadline <= now) entry.deadline = undefined
  if (!entry.hold) enterKey(entry)
  entry.hold = false
}

const openable: readonly Entry['state'][] = ['joining', 'ready', 'dead']

/** Lets a join wait for a branch again, unless it is in somebody's hand or has ended. */
const reopen = (disk: Disk, { join: id, as }: NonNullable<Entry['answers']>, now: number): Replayed => {
  const join = disk.entries.get(id)
  if (join?.join === undefined || !join.join.expect.includes(as) || !openable.includes(join.state))
    return 'late'
  disk.parts.get(id)?.delete(as)
  if (join.state === 'ready') leaveReady(disk, join)
  if (join.state === 'dead') {
    // Its own death was its answer: who waited for that waits for it again.
    if (join.answers !== undefined) reopen(disk, join.answers, now)
    rise(join, now)
  }
  join.state = 'joining'
  return 'reopened'
}
