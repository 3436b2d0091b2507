// The window over which repeats are weighed against first calls: Finagle and Linkerd look back as long.
const SLOTS = 10
const SLOT_MS = 1000

/** How many calls may be repeats. */
export interface BudgetSettings {
  /** Repeats for each first call. */
  readonly share: number
  /** Repeats a second that are allowed on top of it. */
  readonly perSecond: number
}

/**
 * A retry budget (after Finagle's `RetryBudget`): in ten seconds at most `share` repeats for each first call, and
 * `10 * perSecond` on top. A remote in trouble so gets little more than its usual calls, whoever repeats them. Holds no
 * timer: every question says what time it is.
 */
export class RetryBudget {
  readonly #share: number
  readonly #reserve: number
  readonly #firsts: number[] = Array<number>(SLOTS).fill(0)
  readonly #repeats: number[] = Array<number>(SLOTS).fill(0)
  #sum = { firsts: 0, repeats: 0 }
  #slot = 0
  #ends: number
  // The last time that was given to somebody who may come again.
  #given = 0

  constructor(settings: BudgetSettings, now: number) {
    this.#share = settings.share
    this.#reserve = settings.perSecond * SLOTS
    this.#ends = now + SLOT_MS
  }

  /** A first call was made. */
  first(now: number): void {
    this.#turn(now)
    this.#firsts[this.#slot]!++
    this.#sum.firsts++
  }

  /** Takes a repeat, if there is one. */
  take(now: number): boolean {
    this.#turn(now)
    const { firsts, repeats } = this.#sum
    if (!this.#allows(repeats + 1, firsts)) return false
    this.#repeats[this.#slot]!++
    this.#sum.repeats++
    return true
  }

  /** A repeat that was taken was not made. */
  giveBack(): void {
    if (this.#repeats[this.#slot]! === 0) return
    this.#repeats[this.#slot]!--
    this.#sum.repeats--
  }

  /**
   * When somebody who found no repeat may ask again: epoch milliseconds, later than `now`. Those who ask are spread evenly,
   * so that they do not come back together for the little that there is; it is promised to nobody.
   */
  later(now: number): number {
    this.#turn(now)
    let { firsts, repeats } = this.#sum
    let at = this.#ends
    for (let n = 1; n < SLOTS; n++) {
      const oldest = (this.#slot + n) % SLOTS
      firsts -= this.#firsts[oldest]!
      repeats -= this.#repeats[oldest]!
      if (this.#allows(repeats + 1, firsts)) break
      at += SLOT_MS
    }
    const gap = (SLOTS * SLOT_MS) / (this.#share * this.#sum.firsts + this.#reserve)
    this.#given = Math.max(at, this.#given + gap)
    return Math.ceil(this.#given)
  }

  #allows(repeats: number, firsts: number): boolean {
    return repeats <= this.#share * firsts + this.#reserve
  }

  #turn(now: number): void {
    // A machine's clock may be set back: the present slot begins anew, and what was counted stays.
    if (now < this.#ends - SLOT_MS) {
      this.#ends = now + SLOT_MS
      this.#given = 0
    }
    for (let n = 0; n < SLOTS && now >= this.#ends; n++) {
      this.#slot = (this.#slot + 1) % SLOTS
      this.#sum.firsts -= this.#firsts[this.#slot]!
      this.#sum.repeats -= this.#repeats[this.#slot]!
      this.#firsts[this.#slot] = this.#repeats[this.#slot] = 0
      this.#ends += SLOT_MS
    }
    if (now >= this.#ends) this.#ends = now + SLOT_MS
  }
}
