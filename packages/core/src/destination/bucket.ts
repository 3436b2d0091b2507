// A token that lacks less than this is whole: sums of fractions do not come out even.
const DUST = 1e-9

/**
 * A token bucket: starts full with `limit` tokens and refills evenly, `limit` every `per` milliseconds. Holds no timer:
 * every question says what time it is.
 */
export class Bucket {
  readonly #limit: number
  readonly #per: number
  #tokens: number
  #at: number

  constructor(limit: number, per: number, now: number) {
    this.#limit = limit
    this.#per = per
    this.#tokens = limit
    this.#at = now
  }

  /** Whole tokens at hand. */
  left(now: number): number {
    this.#refill(now)
    return Math.floor(this.#tokens + DUST)
  }

  /** Takes one token, if there is one. */
  take(now: number): boolean {
    if (this.left(now) < 1) return false
    this.#tokens = Math.max(0, this.#tokens - 1)
    return true
  }

  /** Milliseconds until there is a token, rounded up; 0 when there is one. */
  wait(now: number): number {
    return this.left(now) < 1 ? Math.ceil(((1 - DUST - this.#tokens) * this.#per) / this.#limit) : 0
  }

  #refill(now: number): void {
    // A machine's clock may be set back: that neither fills nor empties the bucket.
    const passed = Math.max(0, now - this.#at)
    this.#at = now
    this.#tokens = Math.min(this.#limit, this.#tokens + (passed * this.#limit) / this.#per)
  }
}
