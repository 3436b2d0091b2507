import type { Random } from './random.js'

/** Where all time comes from, so that all waiting can be virtual. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Calls `f` once after `ms` (any length: longer than the platform's 32 bits too); gives a function that cancels.
   * `background`: does not keep a process, nor a virtual clock, going.
   */
  after(ms: number, f: () => void, options?: { readonly background?: boolean }): () => void
  /** Calls `f` after the current turn of the event loop. */
  soon(f: () => void): void
  /** For a part of a virtual clock: the clock that it is a part of. All parts of one clock share their destinations. */
  readonly root?: Clock
  /** For virtual clocks: the chance of destinations that were given none. */
  readonly random?: Random
  /**
   * For virtual clocks: told when a call begins to wait for the progress of others, so that time is not held still for
   * it. Gives the function that says that it waits no more.
   */
  queued?(): () => void
  /** For virtual clocks: a clock whose waits are those of one attempt. Closed when the attempt is over. */
  scope?(label: string): Clock & { close(): void }
}

// Node's timers hold 31 bits of milliseconds; a longer one fires at once.
const LONGEST = 2 ** 31 - 1

const after: Clock['after'] = (ms, f, options) => {
  const background = options?.background === true
  if (!(ms <= LONGEST)) return longAfter(ms, f, background)
  const timer = started(f, Math.max(0, ms), background)
  return () => clearTimeout(timer)
}

const longAfter = (ms: number, f: () => void, background: boolean): (() => void) => {
  let left = ms
  let timer: NodeJS.Timeout
  const arm = (): void => {
    const wait = Math.min(left, LONGEST)
    left -= wait
    timer = started(left > 0 ? arm : f, wait, background)
  }
  arm()
  return () => clearTimeout(timer)
}

const started = (f: () => void, ms: number, background: boolean): NodeJS.Timeout => {
  const timer = setTimeout(f, ms)
  return background ? timer.unref() : timer
}

/** Waits on any clock's `after`, ending early when a signal aborts. */
export const sleepWith = (start: Clock['after'], ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error)
    const abort = (): void => {
      cancel()
      reject(signal!.reason as Error)
    }
    const cancel = start(ms, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    signal?.addEventListener('abort', abort, { once: true })
  })

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleepWith(after, ms, signal),
  after,
  soon: (f) => void setImmediate(f),
}
