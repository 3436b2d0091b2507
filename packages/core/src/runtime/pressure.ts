/** From when on a write that is not settled counts as slow: milliseconds. */
const SLOW = 2000

/** For how long nothing is taken in after a write of messages failed: milliseconds. Then the next ones try. */
const SHUT = 1000

/** How writing messages goes, over all sources: a journal that is slow or full shows here, also where no hops run. */
export class Pressure {
  /** When each write under way began, oldest first. */
  readonly #since = new Set<{ readonly at: number }>()
  #shutUntil = -Infinity

  /** Runs one write. */
  async write<A>(now: () => number, f: () => Promise<A>): Promise<A> {
    const began = { at: now() }
    this.#since.add(began)
    try {
      const a = await f()
      this.#shutUntil = -Infinity
      return a
    } catch (thrown) {
      this.#shutUntil = now() + SHUT
      throw thrown
    } finally {
      this.#since.delete(began)
    }
  }

  /** Whether the last one failed just now. */
  failed(now: number): boolean {
    // A clock that was put back meanwhile must not keep it shut.
    return now < this.#shutUntil && this.#shutUntil - now <= SHUT
  }

  /** Whether more should wait: the oldest write hangs, or the last one failed just now. */
  busy(now: number): boolean {
    const [oldest] = this.#since
    return this.failed(now) || (oldest !== undefined && now - oldest.at >= SLOW)
  }
}
