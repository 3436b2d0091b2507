import { sleepWith, type Clock } from '@xconnector/core'

/** A clock that moves only by hand. */
export interface ManualClock extends Clock {
  /** Timers that have not fired. */
  readonly pending: number
  advance(ms: number): void
}

export const manualClock = (start = 1_700_000_000_000): ManualClock => {
  let now = start
  const timers = new Set<{ readonly at: number; readonly f: () => void }>()
  const after: Clock['after'] = (ms, f) => {
    const timer = { at: now + ms, f }
    timers.add(timer)
    return () => void timers.delete(timer)
  }
  return {
    now: () => now,
    after,
    sleep: (ms, signal) => sleepWith(after, ms, signal),
    soon: (f) => queueMicrotask(f),
    get pending() {
      return timers.size
    },
    advance(ms) {
      const to = now + ms
      for (;;) {
        const [next] = [...timers].filter((t) => t.at <= to).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        now = Math.max(now, next.at)
        timers.delete(next)
        next.f()
      }
      now = to
    },
  }
}

/** Lets time pass, 50 ms after some turns of the event loop, in which I/O happens, until something is settled. */
export const passing = async <T>(clock: ManualClock, settled: Promise<T>, step = 50): Promise<T> => {
  let over = false
  const end = (): void => void (over = true)
  settled.then(end, end)
  while (!over) {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(step)
  }
  return settled
}
