/** Times are kept in so many steps of a window, so that a large limit over a long time takes no more memory than a small one. */
const STEPS = 1000

interface Run {
  /** Epoch milliseconds, rounded up to a step. */
  readonly at: number
  n: number
}

/**
 * What has passed within the last `per` milliseconds, as runs of equal times in order. A sliding window: any stretch of
 * `per` holds at most as many passes as the limit said when the last of them passed.
 */
export class ThrottleWindow {
  readonly #per: number
  readonly #step: number
  #runs: Run[] = []
  #count = 0

  constructor(per: number) {
    this.#per = per
    this.#step = Math.max(1, Math.ceil(per / STEPS))
  }

  /** Passes that still count. */
  count(now: number): number {
    let gone = 0
    for (; gone < this.#runs.length && this.#runs[gone]!.at <= now - this.#per; gone++)
      this.#count -= this.#runs[gone]!.n
    if (gone > 0) this.#runs.splice(0, gone)
    return this.#count
  }

  /** When there is room for one more, after `ahead` others have passed as soon as they could. */
  room(now: number, limit: number, ahead: number): number {
    const count = this.count(now)
    const free = Math.max(0, limit - count)
    const turn = ahead % limit
    const rounds = (ahead - turn) / limit
    const at = turn < free ? now : this.#at(Math.max(0, count - limit) + turn - free) + this.#per
    return at + rounds * this.#per
  }

  /** One passes. */
  add(now: number): void {
    const at = Math.ceil(now / this.#step) * this.#step
    const last = this.#runs.at(-1)
    this.#count++
    if (last !== undefined && last.at >= at) last.n++
    else this.#runs.push({ at, n: 1 })
  }

  /** The clock was moved by so many milliseconds. */
  shift(by: number): void {
    this.#runs = this.#runs.map(({ at, n }) => ({ at: at + by, n }))
  }

  /** When the pass of a number was, the oldest being 0. */
  #at(number: number): number {
    let n = number
    for (const run of this.#runs) {
      if (n < run.n) return run.at
      n -= run.n
    }
    return 0
  }
}
