import { sleepWith, systemClock, type Clock } from '../ports/clock.js'
import type { Random } from '../ports/random.js'
import type { Engine, Owner } from './interleave-engine.js'
import type { ScopedClock, SettleOptions, VirtualClock } from './virtual-clock.js'

/** Who waits on an interleaved clock: shared by the views of all processes. */
export class Waits {
  readonly open: Set<Scope> = new Set()
  sleeping = 0
  queueing = 0
}

/** The virtual clock of an interleaved run, as one process sees it, or as nobody in particular does. */
export class InterleavedClock implements VirtualClock {
  readonly #engine: Engine
  readonly #waits: Waits
  readonly #owner: Owner | undefined
  readonly random?: Random

  /** `random`: the chance of destinations that have none of their own. */
  constructor(engine: Engine, waits: Waits, owner?: Owner, random?: Random) {
    this.#engine = engine
    this.#waits = waits
    this.#owner = owner
    if (random !== undefined) this.random = random
  }

  now(): number {
    return this.#engine.now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error)
    this.#waits.sleeping++
    const end = (): void => void this.#waits.sleeping--
    return sleepWith((wait, f) => this.#engine.timer(this.#owner, wait, f, false, end), ms, signal)
  }

  after(ms: number, f: () => void, options?: { readonly background?: boolean }): () => void {
    return this.#engine.timer(this.#owner, ms, f, options?.background === true)
  }

  soon(f: () => void): void {
    this.#engine.soon(this.#owner, f)
  }

  queued(): () => void {
    this.#waits.queueing++
    let counts = true
    return () => {
      if (counts) this.#waits.queueing--
      counts = false
    }
  }

  scope(label = 'a hop'): ScopedClock {
    const scope = new Scope(this, this.#engine, this.#owner, label, () => this.#waits.open.delete(scope))
    this.#waits.open.add(scope)
    return scope
  }

  advance(): boolean {
    const to = this.#engine.nextForeground
    if (to !== undefined) this.#engine.moveTo(to)
    return to !== undefined
  }

  async advanceBy(ms: number): Promise<void> {
    const to = this.#engine.now + ms
    await this.#engine.quiet()
    for (let next = this.#engine.next; next !== undefined && next <= to; next = this.#engine.next) {
      this.#engine.moveTo(next)
      await this.#engine.quiet()
    }
    this.#engine.moveTo(to)
  }

  pending(): number {
    return this.#engine.pending
  }

  canMove(): boolean {
    return this.#engine.pending > 0 && this.allWait
  }

  /** Whether every hop in flight waits on the clock, or for others. */
  get allWait(): boolean {
    const { sleeping, queueing } = this.#waits
    return this.#busy().length <= sleeping + queueing
  }

  settle(idle: () => boolean, options?: SettleOptions): Promise<void> {
    return this.until(() => this.#engine.pending === 0 && idle(), options)
  }

  /**
   * Moves time whenever nothing else can run, until something is done. Rejects, naming the hops in flight that do not wait
   * on the clock, after `limit` moves, or after `patience` real milliseconds (default 1,000) without anything to run.
   */
  async until(done: () => boolean, options?: SettleOptions): Promise<void> {
    const { limit = 1_000_000, patience = 1000 } = options ?? {}
    let since: number | undefined
    for (let moves = 0; ;) {
      await this.#engine.quiet()
      if (this.#engine.runaway) throw new Error(`code runs and runs, and time never moves; ${this.#state()}`)
      // Another who waits may have moved time in this very turn.
      if (this.#engine.busy) since = undefined
      else if (done()) return
      else if (this.canMove()) {
        if (++moves > limit) throw new Error(`not at rest after ${limit} moves of time; ${this.#state()}`)
        this.#engine.moveTo(this.#engine.next!)
        since = undefined
      } else {
        since ??= systemClock.now()
        if (systemClock.now() - since > patience)
          throw new Error(`not at rest, and nothing happens any more; ${this.#state()}`)
        await systemClock.sleep(1)
      }
    }
  }

  // Whoever is frozen waits for the thaw, whatever else it waits for.
  #busy(): readonly Scope[] {
    return [...this.#waits.open].filter((s) => s.waits === 0 && !s.stopped)
  }

  #state(): string {
    const busy = this.#busy().map((s) => `"${s.label}"`)
    const who =
      busy.length === 0 ? 'no hop in flight is busy' : `not waiting on the clock: ${busy.join(', ')}`
    return `${who}; timers pending: ${this.#engine.pending}`
  }
}

/** One attempt's part of an interleaved clock. */
class Scope implements ScopedClock {
  readonly root: Clock
  readonly label: string
  readonly close: () => void
  /** Timers of its own that are pending and not in the background. */
  waits = 0
  readonly #engine: Engine
  readonly #owner: Owner | undefined

  constructor(root: Clock, engine: Engine, owner: Owner | undefined, label: string, close: () => void) {
    this.root = root
    this.label = label
    this.close = close
    this.#engine = engine
    this.#owner = owner
  }

  /** Its process is frozen, or dead. */
  get stopped(): boolean {
    const owner = this.#owner
    return owner !== undefined && (owner.dead || owner.frozenUntil > this.#engine.now)
  }

  now(): number {
    return this.#engine.now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepWith((wait, f) => this.after(wait, f), ms, signal)
  }

  after(ms: number, f: () => void, options?: { readonly background?: boolean }): () => void {
    if (options?.background === true) return this.#engine.timer(this.#owner, ms, f, true)
    this.waits++
    return this.#engine.timer(this.#owner, ms, f, false, () => void this.waits--)
  }

  soon(f: () => void): void {
    this.#engine.soon(this.#owner, f)
  }
}
