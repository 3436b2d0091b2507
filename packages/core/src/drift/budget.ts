/** So many steps a second, and a second's worth at once. May be overdrawn by one message. Holds no timer. */
export class Budget {
  readonly #perSecond: number
  #left: number
  #at = Number.NEGATIVE_INFINITY

  constructor(perSecond: number) {
    this.#perSecond = perSecond
    this.#left = perSecond
  }

  /** Whether there is anything left. */
  has(now: number): boolean {
    // A clock may be set back: that neither fills nor empties it.
    const passed = Math.max(0, now - this.#at)
    this.#at = now
    this.#left = Math.min(this.#perSecond, this.#left + (passed / 1000) * this.#perSecond)
    return this.#left > 0
  }

  spend(steps: number): void {
    this.#left -= steps
  }
}
