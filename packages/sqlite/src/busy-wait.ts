/** How long to wait while another process writes: a little, at random, longer each time, and not for ever. */
export class BusyWait {
  readonly #random: () => number
  #times = 0
  #waited = 0

  /** The most that one group waits in all: 10 s. */
  static readonly LIMIT_MS = 10_000

  constructor(random: () => number) {
    this.#random = random
  }

  /** Milliseconds until the next try; undefined once the limit is reached. */
  next(): number | undefined {
    if (this.#waited >= BusyWait.LIMIT_MS) return undefined
    const ms = 0.3 + this.#random() * Math.min(8, 2 ** this.#times++)
    this.#waited += ms
    return ms
  }

  get waitedMs(): number {
    return this.#waited
  }
}
