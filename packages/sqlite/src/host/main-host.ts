import type { Clock, JournalUnavailable, Random } from '@xconnector/core'
import { BusyWait } from '../busy-wait.js'
import type { Call, Opening, Settings, Start } from '../call.js'
import { Engine } from '../engine/engine.js'
import { troubleOf } from '../engine/trouble.js'
import { stillBusyTrouble } from '../still-busy.js'
import type { Host } from './host.js'
import { answer, type Pending, unavailable } from './pending.js'

/** The engine in this thread: quicker by a fifth, but every fsync stops the event loop for as long as the disk takes. */
export class MainHost implements Host {
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #random: Random
  readonly #maxGroup: number
  #engine: Engine | undefined
  #queue: Pending[] = []
  #scheduled = false
  #busy: BusyWait | undefined

  constructor(
    settings: Settings,
    ports: { readonly clock: Clock; readonly random: Random },
    maxGroup: number,
  ) {
    this.#settings = settings
    this.#clock = ports.clock
    this.#random = ports.random
    this.#maxGroup = maxGroup
  }

  async open(start: Start): Promise<Opening> {
    try {
      this.#engine = new Engine(this.#settings, start)
      return this.#engine.opening
    } catch (error) {
      throw this.#unavailable(error)
    }
  }

  ask(call: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ call, resolve, reject })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#clock.soon(this.#flush)
  }

  readonly #flush = (): void => {
    this.#scheduled = false
    const waiting = this.#serve()
    if (waiting !== undefined) {
      this.#scheduled = true
      this.#clock.after(waiting, this.#flush)
    } else if (this.#queue.length > 0) this.#schedule()
  }

  /** Serves one group. Gives how long to wait where others write. */
  #serve(): number | undefined {
    const group = this.#queue.splice(0, this.#maxGroup)
    if (this.#engine === undefined || group.length === 0) return undefined
    const answers = this.#engine.apply(
      group.map(({ call }) => call),
      this.#clock.now(),
    )
    const again: Pending[] = []
    answers.forEach((given, at) => {
      if ('busy' in given) again.push(group[at]!)
      else answer(group[at]!, given)
    })
    return again.length === 0 ? (this.#busy = undefined) : this.#waitFor(again)
  }

  #waitFor(again: readonly Pending[]): number | undefined {
    this.#busy ??= new BusyWait(() => this.#random.next())
    const ms = this.#busy.next()
    if (ms === undefined) {
      const no = stillBusyTrouble(this.#settings.file, this.#busy.waitedMs)
      this.#busy = undefined
      for (const pending of again) answer(pending, { no })
    } else this.#queue.unshift(...again)
    return ms
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#whenIdle(resolve))
    try {
      this.#engine?.close(this.#clock.now())
    } catch (error) {
      throw this.#unavailable(error)
    } finally {
      this.#engine = undefined
    }
  }

  #whenIdle(f: () => void): void {
    if (this.#queue.length === 0 && !this.#scheduled) f()
    else this.#clock.soon(() => this.#whenIdle(f))
  }

  async drop(): Promise<void> {
    this.#engine?.drop()
    this.#engine = undefined
    this.#queue = []
  }

  #unavailable(error: unknown): JournalUnavailable {
    return unavailable(troubleOf(error, this.#settings.file))
  }
}
