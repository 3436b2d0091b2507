import { sleepWith, systemClock, type Clock } from '../../ports/clock.js'

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves to an instant, in epoch milliseconds, and calls on its way whatever `after` was asked for, in order of time. */
  set(now: number): void
  /** Moves forward by so many milliseconds. */
  advance(ms: number): void
}

interface Alarm {
  readonly at: number
  readonly f: () => void
}

/**
 * A manual clock. `soon` stays real, for it is no waiting: only turns of the event loop.
 * @param start Epoch milliseconds; 1,000,000 when left out.
 */
export const manualClock = (start = 1_000_000): ManualClock => {
  if (!Number.isFinite(start))
    throw new TypeError(`manualClock: start: expected epoch milliseconds, got ${String(start)}`)
  let now = start
  const alarms = new Set<Alarm>()
  const first = (until: number): Alarm | undefined => {
    let found: Alarm | undefined
    for (const alarm of alarms) {
      if (alarm.at <= until && (found === undefined || alarm.at < found.at)) found = alarm
    }
    return found
  }
  const after: Clock['after'] = (ms, f) => {
    const alarm = { at: now + Math.max(0, ms), f }
    alarms.add(alarm)
    return () => void alarms.delete(alarm)
  }
  const set = (to: number): void => {
    for (let alarm = first(to); alarm !== undefined; alarm = first(to)) {
      alarms.delete(alarm)
      now = Math.max(now, alarm.at)
      alarm.f()
    }
    now = to
  }
  return {
    now: () => now,
    after,
    sleep: (ms, signal) => sleepWith(after, ms, signal),
    soon: systemClock.soon,
    set,
    advance: (ms) => set(now + ms),
  }
}
