import type { Clock } from '../ports/clock.js'
import type { VirtualClock } from './virtual-clock.js'

/** One process's view of a virtual clock: dies with it, timers, waits and all. */
export interface IncarnationClock extends Clock {
  queued(): () => void
  /** As a kill would: nothing that it was asked for comes any more. */
  kill(): void
}

export const incarnation = (clock: VirtualClock): IncarnationClock => {
  const undone = new Set<() => void>()
  let dead = false
  const tracked = (cancel: () => void): (() => void) => {
    const undo = (): void => {
      undone.delete(undo)
      cancel()
    }
    undone.add(undo)
    return undo
  }
  const root: IncarnationClock = {
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    after(ms, f, options) {
      if (dead) return () => {}
      const undo = tracked(clock.after(ms, () => (undone.delete(undo), f()), options))
      return undo
    },
    soon(f) {
      clock.soon(() => {
        if (!dead) f()
      })
    },
    queued: () => tracked(clock.queued()),
    scope(label) {
      const scope = clock.scope(label)
      const close = tracked(() => scope.close())
      if (dead) close()
      return {
        root,
        now: () => scope.now(),
        sleep: (ms, signal) => scope.sleep(ms, signal),
        after: (ms, f, options) => tracked(scope.after(ms, f, options)),
        soon: (f) => scope.soon(f),
        close,
      }
    },
    kill() {
      dead = true
      for (const undo of undone) undo()
    },
  }
  return root
}
