import { CONTROL } from '../operate/control.js'
import { readRequests, REQUESTS } from '../operate/requests.js'
import type { Clock } from '../ports/clock.js'
import type { Journal } from '../ports/journal.js'
import type { OperatorRequests } from './operator-requests.js'
import type { Parking } from './parking.js'
import type { Pauses } from './pauses.js'

/** After which a look that failed is tried again: milliseconds. */
const AGAIN = 1000

/** What follows the journal. */
export interface FollowerPorts {
  readonly journal: Journal
  readonly clock: Clock
  readonly pauses: Pauses
  readonly parking: Parking
  /** Left out where no requests are carried out. */
  readonly requests: OperatorRequests | undefined
  trouble(thrown: unknown): void
}

/** Takes over what others have written. One look at a time, however often it is told that something moved. */
export class Follower {
  readonly #p: FollowerPorts
  #looking: Promise<void> | undefined
  #again = false
  #stopped = false
  #retry: (() => void) | undefined

  constructor(ports: FollowerPorts) {
    this.#p = ports
  }

  /** Something may have moved. */
  moved(): void {
    if (this.#stopped) return
    this.#again = true
    this.#looking ??= this.#follow().finally(() => {
      this.#looking = undefined
      // It may have moved between the last look and this.
      if (this.#again) this.moved()
    })
  }

  /** Waits for what it is at. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#retry?.()
    await this.#looking
  }

  async #follow(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      await this.#look().catch((thrown: unknown) => this.#failed(thrown))
    }
  }

  // What has moved may not move again for a long time: nobody would say so a second time.
  #failed(thrown: unknown): void {
    this.#p.trouble(thrown)
    this.#retry?.()
    if (!this.#stopped) this.#retry = this.#p.clock.after(AGAIN, () => this.moved(), { background: true })
  }

  async #look(): Promise<void> {
    const { journal, pauses, parking, requests } = this.#p
    const stored = await journal.read([CONTROL, REQUESTS])
    // Pauses first: what a destination was parked for is counted with them.
    pauses.take(stored[CONTROL])
    if (requests !== undefined && readRequests(stored[REQUESTS]?.value).open.length > 0) requests.look()
    if (journal.can.processes === 'many' && !this.#stopped) await parking.refresh()
  }
}
