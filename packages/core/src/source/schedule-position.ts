import type { Json } from '../message/json.js'
import type { Schedule } from './schedule-options.js'

/** Where a schedule stands: its cursor. Times are epoch milliseconds. */
export interface Position {
  /** The timetable that it belongs to. */
  readonly by: string
  /** Planned times up to here have been decided upon. */
  readonly at: number
  /** The planned time of the last run that started. */
  readonly last?: number
  /** Planned times since then that were left out. */
  readonly skipped: number
  /** Planned times that wait for the flow to be free. */
  readonly queue: readonly number[]
}

/** Where a schedule begins: what was planned up to now is not its business. Nothing of it lies ahead of now. */
export const begun = (by: string, now: number, before?: Position): Position => ({
  by,
  at: now,
  ...(before?.last !== undefined && before.last <= now && { last: before.last }),
  skipped: before?.skipped ?? 0,
  queue: (before?.queue ?? []).filter((t) => t <= now),
})

/** @throws TypeError naming the schedule when what is stored is no position. */
export const readPosition = (stored: Json, name: string): Position => {
  const p = stored as Partial<Position> | null
  const times = (a: unknown): boolean => Array.isArray(a) && a.every((t) => typeof t === 'number')
  if (
    typeof p?.by === 'string' &&
    typeof p.at === 'number' &&
    typeof p.skipped === 'number' &&
    (p.last === undefined || typeof p.last === 'number') &&
    times(p.queue)
  )
    return p as Position
  throw new TypeError(
    `schedule "${name}": what the journal has as its position is none; a source of another kind had this name: give the schedule another`,
  )
}

/** A run: what the flow's body says of it. */
export interface Run {
  readonly at: number
  readonly previous?: number
  readonly skipped: number
}

/** What a schedule does at a moment. */
export interface Decision {
  /** Runs that start now. */
  readonly runs: readonly Run[]
  /** How many planned times are left out because they were found too late, or too many at once. */
  readonly missed: number
  /** How many are left out because an earlier run was not done, or too many queue. */
  readonly overlapped: number
  readonly position: Position
}

/**
 * Decides what starts at `now`; `undefined` when there is nothing to decide. `busy`: an earlier run is not done. What is
 * left out is counted up to `limit`.
 */
export const decide = (s: Schedule, p: Position, now: number, busy: boolean): Decision | undefined => {
  const due = dueAt(s, p, now)
  if (due.length === 0 && (p.queue.length === 0 || (busy && s.overlap !== 'allow'))) return undefined
  const wanted = notMissed(s, due, now)
  const { started, queue, overlapped } = admitted(s, [...p.queue, ...wanted], busy)
  const missed = due.length - wanted.length
  let previous = p.last
  let skipped = p.skipped + missed + overlapped
  const runs = started.map((at): Run => {
    const run = { at, ...(previous !== undefined && { previous }), skipped }
    previous = at
    skipped = 0
    return run
  })
  const at = due.at(-1) ?? p.at
  const position = { by: p.by, at, ...(previous !== undefined && { last: previous }), skipped, queue }
  return { runs, missed, overlapped, position }
}

/** What became due since it last decided, oldest first; one more than `limit` at most. */
export const dueAt = (s: Schedule, p: Position, now: number): readonly number[] => {
  const first = s.timetable.next(p.at)
  if (first === undefined || first > now) return []
  return s.timetable.latest(s.limit + 1, now).filter((t) => t > p.at)
}

const notMissed = (s: Schedule, due: readonly number[], now: number): readonly number[] => {
  const newest = due.at(-1)
  if (newest === undefined) return []
  if (s.missed === 'all') return due.slice(-s.limit)
  return s.missed === 'once' || now - newest <= s.tolerance ? [newest] : []
}

const admitted = (
  s: Schedule,
  waiting: readonly number[],
  busy: boolean,
): {
  readonly started: readonly number[]
  readonly queue: readonly number[]
  readonly overlapped: number
} => {
  const free = !busy || s.overlap === 'allow'
  const first =
    s.overlap === 'allow' ? waiting : s.overlap === 'skip' ? waiting.slice(-1) : waiting.slice(0, 1)
  const started = free ? first : []
  const queue = s.overlap === 'queue' ? waiting.slice(started.length).slice(-s.limit) : []
  return { started, queue, overlapped: waiting.length - started.length - queue.length }
}
