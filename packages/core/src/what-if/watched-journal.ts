import type {
  Admin,
  Also,
  Capabilities,
  ClaimQuery,
  Claims,
  HopRef,
  Journal,
  Judged,
  Lease,
  Mark,
  NewEntry,
  Opened,
  Settlement,
  Stored,
  Taken,
} from '../ports/journal.js'
import type { Json } from '../message/json.js'

/** What is told of a journal's settlements. */
export interface JournalWatcher {
  /** About to be written. */
  settling(settlement: Settlement): void
  /** Written. */
  settled(settlement: Settlement): void
}

/** A journal whose settlements are watched, and which takes messages from beside its runtime. */
export class WatchedJournal implements Journal {
  readonly can: Capabilities
  readonly admin: Admin
  readonly #of: Journal
  readonly #watcher: JournalWatcher
  readonly #wakes = new Set<() => void>()

  constructor(of: Journal, watcher: JournalWatcher) {
    this.#of = of
    this.#watcher = watcher
    this.can = of.can
    this.admin = of.admin
  }

  /** Puts messages in, and tells the runtime. */
  async put(entries: readonly NewEntry[]): Promise<readonly Taken[]> {
    const taken = await this.#of.accept(entries)
    for (const wake of this.#wakes) wake()
    return taken === 'conflict' ? [] : taken
  }

  async commit(batch: readonly Settlement[]): Promise<readonly Judged[]> {
    for (const settlement of batch) this.#watcher.settling(settlement)
    const judged = await this.#of.commit(batch)
    batch.forEach((settlement, i) => judged[i] === 'ok' && this.#watcher.settled(settlement))
    return judged
  }
  watch(wake: () => void): () => void {
    const unwatch = this.#of.watch(wake)
    this.#wakes.add(wake)
    return () => {
      this.#wakes.delete(wake)
      unwatch()
    }
  }

  open(hops: readonly HopRef[]): Promise<Opened> {
    return this.#of.open(hops)
  }
  accept(entries: readonly NewEntry[], also?: Also): Promise<readonly Taken[] | 'conflict'> {
    return this.#of.accept(entries, also)
  }
  claim(query: ClaimQuery): Promise<Claims> {
    return this.#of.claim(query)
  }
  extend(leases: readonly Lease[], leaseMs: number): Promise<readonly boolean[]> {
    return this.#of.extend(leases, leaseMs)
  }
  mark(lease: Lease, name: Mark, value?: Json): Promise<boolean> {
    return this.#of.mark(lease, name, value)
  }
  read(names: readonly string[]): Promise<Readonly<Record<string, Stored>>> {
    return this.#of.read(names)
  }
  close(): Promise<void> {
    return this.#of.close()
  }
}
