import { sleepWith, systemClock, type Clock } from '../ports/clock.js'
import { goesFirst, TimerHeap, type Timer } from './timer-heap.js'

// Turns of the real event loop and the cap on real waiting go through `systemClock`: here, in the test kit, real timers
// are what lets real I/O happen while virtual time stands still.

/** Options of `settle`. */
export interface SettleOptions {
  /** Moves of the clock after which to give up: something keeps making timers. Default 1,000,000. */
  readonly limit?: number
  /** Real milliseconds without any progress after which to give up: real I/O does not come back. Default 10,000. */
  readonly patience?: number
}

/** One hop attempt's part of a virtual clock. Timers made through it are attributed to the attempt. */
export interface ScopedClock extends Clock {
  readonly label: string
  readonly root: Clock
  /** The attempt is over. Timers that it left behind still fire, attributed to nobody. */
  close(): void
}

/**
 * A clock for tests whose time moves only when told to. Everything is deterministic: timers fire by due time, then in the
 * order in which they were made.
 */
export interface VirtualClock extends Clock {
  queued(): () => void
  /** Opens a part for one hop attempt. While a part is open and does not wait on the clock, `settle` holds time still. */
  scope(label?: string): ScopedClock
  /**
   * Moves to the next timer that is not a background one, firing all that is due up to then (background timers too), each
   * at its own time. `false`, and nothing moved, when there is none. Asks nobody whether time may move.
   */
  advance(): boolean
  /**
   * Moves by `ms`, stopping at each due time to let what it set going run as far as it can; timers made on the way fire
   * too. Asks nobody whether time may move.
   */
  advanceBy(ms: number): Promise<void>
  /** Timers set that are not background ones and have an end. */
  pending(): number
  /**
   * Whether everybody waits on the clock: there is a pending timer, and each open part that has none of its own (background
   * ones do not count) is matched by a pending `sleep` of the root clock, as fakes do on behalf of a hop, or by a call that
   * queues for a destination. Timers made by the root's `after` are reasons to move, but match no part.
   */
  canMove(): boolean
  /**
   * Lets everything run until `idle()` holds over three turns of the event loop and no timers but background ones are
   * pending; moves time, from due time to due time, whenever nothing else happens and it may move. Rejects, naming the open
   * parts that do not wait on the clock, after `limit` moves, or after `patience` real milliseconds without progress.
   */
  settle(idle: () => boolean, options?: SettleOptions): Promise<void>
}

/** Makes a virtual clock. `start`: epoch milliseconds, default the start of 2026. */
export const virtualClock = (options?: { readonly start?: number }): VirtualClock => {
  const start = options?.start ?? Date.UTC(2026, 0)
  if (!Number.isFinite(start))
    throw new TypeError(`virtualClock: start: expected epoch milliseconds, got ${String(start)}`)
  return new Virtual(start)
}

const QUIET_TURNS = 3

class Virtual implements VirtualClock {
  #now: number
  #made = 0
  // Counts everything that happens here: while it counts up, there is progress.
  #activity = 0
  #sleeping = 0
  #queueing = 0
  #soon = 0
  readonly #timers = new TimerHeap()
  readonly #background = new TimerHeap()
  readonly #open = new Set<Scope>()

  constructor(start: number) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error)
    const end = this.#counted((by) => (this.#sleeping += by))
    return sleepWith((wait, f) => this.start(wait, f, undefined, end), ms, signal)
  }

  after(ms: number, f: () => void, options?: { readonly background?: boolean }): () => void {
    return this.start(ms, f, options)
  }

  soon(f: () => void): void {
    const end = this.#counted((by) => (this.#soon += by))
    systemClock.soon(() => {
      end()
      f()
    })
  }

  queued(): () => void {
    return this.#counted((by) => (this.#queueing += by))
  }

  scope(label = 'a hop'): ScopedClock {
    const scope = new Scope(this, label, () => {
      if (this.#open.delete(scope)) this.#activity++
    })
    this.#open.add(scope)
    this.#activity++
    return scope
  }

  /** Sets a timer; `ended` is called once when it fired or was cancelled. */
  start(
    ms: number,
    f: () => void,
    options?: { readonly background?: boolean },
    ended?: () => void,
  ): () => void {
    const heap = options?.background === true ? this.#background : this.#timers
    let pending = true
    const end = (): void => {
      pending = false
      this.#activity++
      ended?.()
    }
    const fire = (): void => {
      end()
      f()
    }
    const timer: Timer = { due: this.#now + (ms > 0 ? ms : 0), order: this.#made++, fire, at: -1 }
    // One that never comes is pending for whoever waits, but no reason to move.
    if (timer.due < Infinity) heap.add(timer)
    this.#activity++
    return () => {
      if (!pending) return
      if (timer.at >= 0) heap.remove(timer)
      end()
    }
  }

  advance(): boolean {
    const to = this.#timers.first()?.due
    if (to === undefined) return false
    this.#fireUpTo(to)
    return true
  }

  async advanceBy(ms: number): Promise<void> {
    const to = this.#now + ms
    await this.#quiet()
    for (let next = this.#next(); next !== undefined && next.due <= to; next = this.#next()) {
      this.#fireUpTo(next.due)
      await this.#quiet()
    }
    this.#now = Math.max(this.#now, to)
  }

  pending(): number {
    return this.#timers.size
  }

  canMove(): boolean {
    return this.#timers.size > 0 && this.#busy().length <= this.#sleeping + this.#queueing
  }

  async settle(idle: () => boolean, options?: SettleOptions): Promise<void> {
    const { limit = 1_000_000, patience = 10_000 } = options ?? {}
    let moves = 0
    let quiet = 0
    let seen = -1
    let since = systemClock.now()
    for (;;) {
      await turns(1)
      const still = this.#activity === seen && this.#soon === 0
      quiet = still ? quiet + 1 : 0
      if (!still) since = systemClock.now()
      seen = this.#activity
      if (quiet < QUIET_TURNS) continue
      if (this.canMove()) {
        if (++moves > limit)
          throw new Error(`virtual clock: not settled after ${limit} moves; ${this.#state()}`)
        // To the next timer of any kind: what a background timer sets going happens at its own time.
        this.#fireUpTo(this.#next()!.due)
      } else if (this.#timers.size === 0 && (await holds(idle))) {
        // What `idle` waited for may have set timers meanwhile.
        if (this.#activity === seen) return
      } else if (systemClock.now() - since > patience) {
        throw new Error(`virtual clock: nothing happened for ${patience} real ms; ${this.#state()}`)
      } else await systemClock.sleep(1)
    }
  }

  /** Lets what is under way run until nothing happens any more without time or real I/O. */
  async #quiet(): Promise<void> {
    let seen = this.#activity
    for (let quiet = 0; quiet < QUIET_TURNS; seen = this.#activity) {
      await turns(1)
      quiet = this.#activity === seen && this.#soon === 0 ? quiet + 1 : 0
    }
  }

  #next(): Timer | undefined {
    const a = this.#timers.first()
    const b = this.#background.first()
    return a !== undefined && (b === undefined || goesFirst(a, b)) ? a : b
  }

  #fireUpTo(to: number): void {
    // A timer made on the way for the very moment `to` waits for the next move, or one that makes itself again never ends.
    const made = this.#made
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (next.due > to || (next.due === to && next.order >= made)) break
      ;(next === this.#timers.first() ? this.#timers : this.#background).remove(next)
      this.#now = Math.max(this.#now, next.due)
      next.fire()
    }
  }

  #counted(count: (by: 1 | -1) => void): () => void {
    count(1)
    this.#activity++
    let counts = true
    return () => {
      if (!counts) return
      counts = false
      count(-1)
      this.#activity++
    }
  }

  #busy(): readonly Scope[] {
    return [...this.#open].filter((scope) => scope.waits === 0)
  }

  #state(): string {
    const labels = this.#busy().map((scope) => `"${scope.label}"`)
    const who =
      labels.length === 0 ? 'no open hop is busy' : `busy, not waiting on the clock: ${labels.join(', ')}`
    return `${who}; timers pending: ${this.#timers.size}`
  }
}

/** One attempt's view of a virtual clock. */
class Scope implements ScopedClock {
  readonly root: Virtual
  readonly label: string
  readonly close: () => void
  /** Timers of its own that are pending and not in the background. */
  waits = 0

  constructor(root: Virtual, label: string, close: () => void) {
    this.root = root
    this.label = label
    this.close = close
  }

  now(): number {
    return this.root.now()
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepWith((wait, f) => this.after(wait, f), ms, signal)
  }

  after(ms: number, f: () => void, options?: { readonly background?: boolean }): () => void {
    if (options?.background === true) return this.root.after(ms, f, options)
    this.waits++
    return this.root.start(ms, f, undefined, () => this.waits--)
  }

  soon(f: () => void): void {
    this.root.soon(f)
  }
}

const turns = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise<void>((resolve) => systemClock.soon(resolve))
}

const holds = async (idle: () => boolean): Promise<boolean> => {
  for (let i = 0; i < QUIET_TURNS; i++) {
    if (!idle()) return false
    await turns(1)
  }
  return idle()
}
