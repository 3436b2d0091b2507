import type { Json } from '../message/json.js'
import type { Journal, StateMove } from '../ports/journal.js'

/** An item of a batch run that was created or updated. */
export interface Tally {
  readonly run: string
  readonly what: 'created' | 'updated'
}

/** What one process has counted of a run. */
export interface Tallied {
  readonly created: number
  readonly updated: number
}

interface Kept extends Tallied {
  readonly version: number
}

/** Runs whose counts are remembered; those of others are read again. */
const MOST = 1000

/** The state that lists the processes that count for a run. It is there as long as the run is. */
export const countersName = (run: string): string => `tally:${run}`

/** The state in which one process counts. */
export const tallyName = (run: string, process: string): string => `tally:${run}:${process}`

/**
 * Counts what became of the items of batch runs, in the commits in which they end. Each process counts in state of its
 * own, so that commits of one process do not conflict, nor those of several. What ends after its run is over, by a replay,
 * is not counted.
 */
export class Tallies {
  readonly #journal: Journal
  readonly #process: string
  readonly #known = new Map<string, Kept | 'over'>()
  readonly #asking = new Map<string, Promise<void>>()

  /** `process`: a name that no other process has, nor had. */
  constructor(journal: Journal, process: string) {
    this.#journal = journal
    this.#process = process
  }

  /** What to wait for before `move`, if for anything. Rejects with the journal's failure. */
  ready(run: string): Promise<void> | undefined {
    if (this.#known.has(run)) return undefined
    let asking = this.#asking.get(run)
    if (asking === undefined) {
      asking = this.#join(run).finally(() => this.#asking.delete(run))
      this.#asking.set(run, asking)
    }
    return asking
  }

  /** The state move that counts one; none where the run is over. The next one builds on it. */
  move({ run, what }: Tally): StateMove | undefined {
    const known = this.#known.get(run)
    if (known === undefined || known === 'over') return undefined
    const { version, created, updated } = known
    const value: Tallied = {
      created: created + (what === 'created' ? 1 : 0),
      updated: updated + (what === 'updated' ? 1 : 0),
    }
    this.#known.set(run, { ...value, version: version + 1 })
    return { name: tallyName(run, this.#process), expect: version, value: value as unknown as Json }
  }

  /** A move did not come true: the next one asks the journal first. */
  forget(run: string): void {
    this.#known.delete(run)
  }

  async #join(run: string): Promise<void> {
    const [list, own] = [countersName(run), tallyName(run, this.#process)]
    for (;;) {
      const found = await this.#journal.read([list, own])
      const processes = found[list]?.value as readonly string[] | undefined
      if (processes === undefined) return this.#keep(run, 'over')
      if (processes.includes(this.#process)) {
        const before = (found[own]?.value ?? { created: 0, updated: 0 }) as unknown as Tallied
        return this.#keep(run, { ...before, version: found[own]?.version ?? 0 })
      }
      const value = [...processes, this.#process]
      await this.#journal.accept([], { state: [{ name: list, expect: found[list]!.version, value }] })
    }
  }

  #keep(run: string, kept: Kept | 'over'): void {
    if (this.#known.size >= MOST) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(run, kept)
  }
}
