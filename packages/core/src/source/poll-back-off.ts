/** When polls are left out. */
export interface BackOffRule {
  readonly multiplier: number
  /** `Infinity`: never. */
  readonly afterIdle: number
  readonly afterFailures: number
}

/** How a poll ended. */
export type PollEnd = 'some' | 'idle' | 'failed'

/**
 * Counts polls in a row that found nothing, or failed. When there are enough of them, `multiplier` polls are left out, and
 * it counts anew.
 */
export class PollBackOff {
  readonly #rule: BackOffRule
  readonly #every: number
  #idle = 0
  #failed = 0

  constructor(rule: BackOffRule, every: number) {
    this.#rule = rule
    this.#every = every
  }

  /** Milliseconds to the next poll, and whether polls are left out. */
  after(end: PollEnd): { readonly ms: number; readonly backsOff: boolean } {
    this.#idle = end === 'idle' ? this.#idle + 1 : 0
    this.#failed = end === 'failed' ? this.#failed + 1 : 0
    const backsOff = this.#idle >= this.#rule.afterIdle || this.#failed >= this.#rule.afterFailures
    if (!backsOff) return { ms: this.#every, backsOff }
    this.#idle = 0
    this.#failed = 0
    return { ms: this.#every * (1 + this.#rule.multiplier), backsOff }
  }
}
