import { ThrottleLine } from './throttle-line.js'

/** What a throttle remembers under one clock: a line for each key that is in use. */
export class ThrottleState {
  readonly #per: number
  readonly #keys: number
  readonly #lines = new Map<string, ThrottleLine>()
  /** Of all keys beyond those that are remembered. */
  readonly #others: ThrottleLine
  #seen = 0
  /** The key that was used longest ago, as far as known, and where the search for the next one goes on. */
  #oldest: string | undefined
  // Begun anew for each question, a walk would step over all that was deleted before.
  #walk: Iterator<string> | undefined

  constructor(per: number, keys: number) {
    this.#per = per
    this.#keys = keys
    this.#others = new ThrottleLine(per)
  }

  /** The line of a key. It counts as the one that was used last. */
  line(key: string, now: number): ThrottleLine {
    this.#turn(now)
    const known = this.#lines.get(key)
    if (known !== undefined) {
      this.#forget(key)
      this.#lines.set(key, known)
      return known
    }
    // Two go for each that comes, so that those which are idle do not pile up.
    for (let n = 0; n < 2; n++) {
      const oldest = this.#first()
      if (oldest === undefined || !this.#lines.get(oldest)!.idle(now)) break
      this.#forget(oldest)
    }
    if (this.#lines.size >= this.#keys) return this.#others
    const line = new ThrottleLine(this.#per)
    this.#lines.set(key, line)
    return line
  }

  #first(): string | undefined {
    if (this.#oldest !== undefined || this.#lines.size === 0) return this.#oldest
    let next = this.#walk?.next()
    if (next === undefined || next.done === true) next = (this.#walk = this.#lines.keys()).next()
    return (this.#oldest = next.value as string)
  }

  #forget(key: string): void {
    this.#lines.delete(key)
    if (this.#oldest === key) this.#oldest = undefined
  }

  /** A machine's clock may be set back: then all that is remembered moves with it. */
  #turn(now: number): void {
    const by = now - this.#seen
    this.#seen = now
    if (by < 0) for (const line of [...this.#lines.values(), this.#others]) line.shift(by)
  }
}
