import type { Json } from '../message/json.js'
import type { Claimed, ClaimQuery, Claims, Lease, Want } from '../ports/journal.js'
import { replies } from './answer.js'
import type { Disk } from './disk.js'
import { type Entry, givenBack } from './entry.js'
import type { HopLine } from './hop-line.js'
import { handBack, hold } from './lease.js'
import { leaveReady } from './ready.js'

/** Leases what may be claimed: `Journal.claim`. */
export const claim = (disk: Disk, query: ClaimQuery, holder: object, now: number): Claims => {
  const entries: Claimed[] = []
  for (const want of query.wants) {
    const line = disk.known(want)
    if (line === undefined) continue
    if (disk.many) takeExpired(disk, line, now)
    const take = want.overdue === true ? takeOverdue : takeDue
    for (let left = Math.min(want.max, query.max - entries.length); left > 0; left--) {
      const entry = take(disk, line, now)
      if (entry === undefined) break
      hold(disk, entry, holder, now + query.leaseMs)
      entries.push(claimed(disk, entry))
    }
  }
  const next = nextOf(disk, query.wants, holder)
  return next === Infinity ? { entries } : { entries, next }
}

/** Takes back the leases of a hop whose time has passed. */
const takeExpired = (disk: Disk, line: HopLine, now: number): void => {
  for (let top = line.leases.peek(); top !== undefined && top.first <= now; top = line.leases.peek()) {
    handBack(disk, top.item)
  }
}

const takeDue = (disk: Disk, line: HopLine, now: number): Entry | undefined => {
  const plain = line.due.peek()
  const suspect = disk.suspect === undefined ? line.suspects.peek() : undefined
  const suspectFirst =
    suspect !== undefined &&
    (plain === undefined ||
      suspect.first < plain.first ||
      (suspect.first === plain.first && suspect.second < plain.second))
  const top = suspectFirst ? suspect : plain
  if (top === undefined || top.first > now) return undefined
  if (suspectFirst) disk.suspect = top.item
  leaveReady(disk, top.item)
  return top.item
}

const takeOverdue = (disk: Disk, line: HopLine, now: number): Entry | undefined => {
  const aside: Entry[] = []
  let found: Entry | undefined
  for (let top = line.overdue.peek(); top !== undefined && top.first <= now; top = line.overdue.peek()) {
    const entry = top.item
    if (entry.claims === 0 || disk.suspect === undefined) {
      found = entry
      break
    }
    line.overdue.remove(top)
    aside.push(entry)
  }
  for (const entry of aside) {
    entry.overduePlace = line.overdue.push(entry, Math.max(entry.due, entry.deadline!), entry.seq)
  }
  if (found === undefined) return undefined
  if (found.claims > 0) disk.suspect = found
  leaveReady(disk, found)
  return found
}

const nextOf = (disk: Disk, wants: readonly Want[], holder: object): number => {
  let next = Infinity
  for (const want of wants) {
    const line = disk.known(want)
    if (line === undefined) continue
    if (want.overdue === true) {
      next = Math.min(next, line.overdue.peek()?.first ?? Infinity)
    } else {
      next = Math.min(next, line.due.peek()?.first ?? Infinity)
      if (disk.suspect === undefined) next = Math.min(next, line.suspects.peek()?.first ?? Infinity)
    }
    // A lease in another's hand may end without a word from it.
    const lease = line.leases.peek()
    if (lease !== undefined && lease.item.holder !== holder) next = Math.min(next, lease.first)
  }
  return next
}

const claimed = (disk: Disk, entry: Entry): Claimed => {
  const lease: Lease = { id: entry.id, token: entry.token }
  const { seq, at, attempts, claims, memo, marks } = entry
  const given = givenBack(entry)
  const out: { -readonly [K in keyof Claimed]: Claimed[K] } = Object.assign(given, {
    lease,
    seq,
    at,
    attempts,
    claims,
    marks: marks === undefined ? {} : parsedMarks(marks),
  })
  if (memo !== undefined) out.memo = JSON.parse(memo) as Json
  if (entry.join !== undefined) out.replies = replies(disk, entry)
  return out
}

const parsedMarks = (marks: ReadonlyMap<string, string>): Readonly<Record<string, Json>> =>
  Object.fromEntries([...marks].map(([name, text]) => [name, JSON.parse(text) as Json]))
