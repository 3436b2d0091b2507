import type { Journal, StateMove, Stored } from '../ports/journal.js'
import type { May } from '../result/result.js'

const MOST = 10_000

/**
 * State as nodes see it: remembered from one attempt to the next, and assumed to have moved as soon as a decision says so,
 * before it is committed. The journal's compare-and-set judges; what conflicts is forgotten and read anew.
 */
export class NodeState {
  readonly #journal: Journal
  readonly #known = new Map<string, Stored | undefined>()
  /** The runtime is stopping. */
  stopping = false

  constructor(journal: Journal) {
    this.#journal = journal
  }

  read(names: readonly string[]): May<Readonly<Record<string, Stored>>> {
    const missing = names.filter((n) => !this.#known.has(n))
    return missing.length === 0 ? this.#of(names) : this.#fetch(names, missing)
  }

  /** These moves are on their way. */
  assume(moves: readonly StateMove[]): void {
    for (const { name, expect, value, version = expect + 1 } of moves)
      this.#keep(name, value === undefined ? undefined : { version, value })
  }

  /** What was assumed of these did not come true, or may not have. */
  forget(moves: readonly StateMove[], asked: readonly string[] = []): void {
    for (const { name } of moves) this.#known.delete(name)
    // What they were decided by may be as old.
    for (const name of asked) this.#known.delete(name)
  }

  async #fetch(
    names: readonly string[],
    missing: readonly string[],
  ): Promise<Readonly<Record<string, Stored>>> {
    const before = this.#of(names)
    const found = await this.#journal.read(missing)
    // What was assumed meanwhile is newer than what was read.
    for (const name of missing) if (!this.#known.has(name)) this.#keep(name, found[name])
    // There may be more names than are kept, and others may have taken the place of what was known.
    const out: Record<string, Stored> = {}
    for (const name of names) {
      const stored = this.#known.has(name) ? this.#known.get(name) : (before[name] ?? found[name])
      if (stored !== undefined) out[name] = stored
    }
    return out
  }

  #of(names: readonly string[]): Readonly<Record<string, Stored>> {
    const out: Record<string, Stored> = {}
    for (const name of names) {
      const known = this.#known.get(name)
      if (known !== undefined) out[name] = known
    }
    return out
  }

  #keep(name: string, value: Stored | undefined): void {
    // Taken out and put in again, so that the first is the one that moved longest ago.
    if (!this.#known.delete(name) && this.#known.size >= MOST)
      this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(name, value)
  }
}
