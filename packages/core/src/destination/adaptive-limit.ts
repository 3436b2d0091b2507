import type { Seen } from './destination.js'

/** Between what a limit moves, and by what it shrinks. */
export interface AdaptiveSettings {
  readonly min: number
  readonly max: number
  /** What is left of it after a decrease: a share between 0 and 1. */
  readonly backoff: number
}

/** What a call knew of the limit when it entered. */
export interface Usage {
  /** Calls inside then, itself included. */
  readonly inside: number
  /** Decreases before it. */
  readonly cuts: number
}

/**
 * A limit on the calls inside that finds its own size: additive increase, multiplicative decrease, as TCP finds its window
 * (RFC 5681, congestion avoidance; one decrease for all losses of one window, RFC 6582).
 *
 * It grows by one in about the time in which as many calls as it allows come back well, and only while at least half of it
 * is in use: a limit that nobody reaches says nothing. It shrinks to its share `backoff` when a call was refused, failed or
 * had no clear outcome. Calls that entered before a decrease say nothing any more, so a burst that fails together counts
 * once.
 */
export class AdaptiveLimit {
  readonly #settings: AdaptiveSettings
  #limit: number
  #cuts = 0

  constructor(settings: AdaptiveSettings, initial: number) {
    this.#settings = settings
    this.#limit = initial
  }

  /** Calls that may be inside now. */
  get now(): number {
    return Math.floor(this.#limit)
  }

  /** Decreases so far. */
  get cuts(): number {
    return this.#cuts
  }

  /** Takes how a call ended. */
  report(as: Seen['as'], entered: Usage): void {
    if (as === 'unsent' || entered.cuts !== this.#cuts) return
    const { min, max, backoff } = this.#settings
    if (as !== 'ok') {
      this.#limit = Math.max(min, this.#limit * backoff)
      this.#cuts++
    } else if (entered.inside * 2 >= this.#limit) this.#limit = Math.min(max, this.#limit + 1 / this.#limit)
  }
}
