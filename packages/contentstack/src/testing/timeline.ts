import type { Clock } from '@xconnector/core'

/** Times of what happens in a stack, as it writes them. No two are equal: events differ in their bytes. */
export interface Timeline {
  /** ISO 8601, in milliseconds. */
  next(): string
}

/** Times by a clock. */
export const timelineOf = (clock: Pick<Clock, 'now'>): Timeline => {
  let last = 0
  return {
    next() {
      last = Math.max(last + 1, Math.floor(clock.now()))
      return new Date(last).toISOString()
    },
  }
}
