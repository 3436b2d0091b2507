import type { Clock } from '@xconnector/core'

const FOR_MS = 10_000
const MOST = 4096

/**
 * Keys whose answers were found not to be for sharing, for a while: requests for them do not wait for one another. Holds a
 * bounded number; the oldest go.
 */
export class Passing {
  readonly #clock: Clock
  readonly #until = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  has(key: string): boolean {
    const until = this.#until.get(key)
    if (until === undefined) return false
    if (this.#clock.now() < until) return true
    this.#until.delete(key)
    return false
  }

  add(key: string): void {
    this.#until.delete(key)
    this.#until.set(key, this.#clock.now() + FOR_MS)
    if (this.#until.size <= MOST) return
    const [oldest] = this.#until.keys()
    this.#until.delete(oldest!)
  }

  delete(key: string): void {
    this.#until.delete(key)
  }
}
