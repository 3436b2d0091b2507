/** The planned times of a schedule, in epoch milliseconds. It knows no present: it is asked about moments. */
export interface Timetable {
  /** What it says, as text: a schedule whose text changed begins anew. */
  readonly text: string
  /** The first planned time after a moment; `undefined` when there is none any more. */
  next(after: number): number | undefined
  /** The last `n` planned times at or before a moment, oldest first. */
  latest(n: number, upTo: number): readonly number[]
}

/** Planned at the whole multiples of `ms` since 1970-01-01T00:00Z, so that restarts do not shift it. */
export const everyTimetable = (ms: number): Timetable => ({
  text: `every ${ms} ms`,
  next: (after) => (Math.floor(after / ms) + 1) * ms,
  latest(n, upTo) {
    const last = Math.floor(upTo / ms)
    return Array.from({ length: n }, (_, i) => (last - n + 1 + i) * ms)
  },
})
