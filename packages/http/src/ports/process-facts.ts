import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** How late the event loop was, over a window. Seconds; what an idle loop shows is taken off. */
export interface LoopDelay {
  readonly min: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

/** What a process knows of itself beside the time. */
export interface ProcessFacts {
  /** Epoch seconds. */
  readonly started: number
  /** Begins to watch the event loop: `take` gives what was seen since it was last asked, undefined when that is nothing. */
  watchLoop(): { take(): LoopDelay | undefined; stop(): void }
}

/** How often the loop is looked at: milliseconds. It is also what an idle loop shows. */
const RESOLUTION = 20

/** Those of this process. */
export const processFacts: ProcessFacts = {
  started: performance.timeOrigin / 1000,
  watchLoop() {
    const seen = monitorEventLoopDelay({ resolution: RESOLUTION })
    seen.enable()
    return {
      take() {
        if (seen.count === 0) return undefined
        const taken = {
          min: seconds(seen.min),
          mean: seconds(seen.mean),
          p50: seconds(seen.percentile(50)),
          p90: seconds(seen.percentile(90)),
          p99: seconds(seen.percentile(99)),
          max: seconds(seen.max),
        }
        seen.reset()
        return taken
      },
      stop: () => void seen.disable(),
    }
  },
}

const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1000)
