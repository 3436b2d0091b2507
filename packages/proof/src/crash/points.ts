/** Where a process can be when it is killed. The first four are points of the journal's own thread. */
export const POINTS = [
  'before the commit',
  'after the commit, before its answer',
  'in the middle of a transaction',
  'during a checkpoint',
  'between accept and its answer',
  'after the effect, before its commit',
  'after the mark of an unsafe effect',
  'at start',
  'while it stops',
  'at random',
] as const

export type Point = (typeof POINTS)[number]

/** Points that the journal's thread watches, by their number in the memory that it shares with the process. */
export const THREAD_POINTS: readonly Point[] = POINTS.slice(0, 4)

/** What a process is told: to kill itself when it is for the `countdown`-th time at that point. */
export interface Order {
  readonly point: Point
  readonly countdown: number
  /** How long after that, where the point is a stretch of time: milliseconds. */
  readonly after: number
}
