import { JournalUnavailable } from '../failure/journal-unavailable.js'
import type { Json } from '../message/json.js'
import type { Clock } from '../ports/clock.js'
import type {
  Admin,
  Also,
  Capabilities,
  Claims,
  ClaimQuery,
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
import { accept } from './accept.js'
import { claim } from './claim.js'
import { counts } from './counts.js'
import { discard } from './discard.js'
import type { Disk, Watcher } from './disk.js'
import { erase } from './erase.js'
import { find } from './find.js'
import { handBack, heldBy, prolong, uncount } from './lease.js'
import { joinIn, takeOver } from './recover.js'
import { replay } from './replay.js'
import { commit } from './settle.js'
import { readState } from './state.js'

/**
 * The memory journal. Each call does all of its work before it returns its promise, so it is one transaction; what can
 * fail, making text of what is given, comes before the first write.
 */
export class MemoryJournal implements Journal {
  readonly can: Capabilities
  readonly admin: Admin
  readonly #disk: Disk
  readonly #clock: Clock
  #life: 'new' | 'open' | 'closed' = 'new'

  constructor(disk: Disk, clock: Clock, processes: 'one' | 'many') {
    this.#disk = disk
    this.#clock = clock
    this.can = Object.freeze({ processes, keyOrder: true, latest: true, joins: true, tx: false })
    this.admin = Object.freeze({
      counts: async () => this.#read(counts),
      find: async (query) => this.#read((on) => find(on, query)),
      replay: async (ids) => this.#repair((on, now) => ids.map((id) => replay(on, id, now))),
      discard: async (ids, why) => this.#repair((on) => ids.map((id) => discard(on, id, why))),
      erase: async (key) => this.#repair((on) => erase(on, key)),
    } satisfies Admin)
  }

  async open(hops: readonly HopRef[]): Promise<Opened> {
    if (this.#life === 'closed') throw closed()
    if (this.#life === 'open') {
      throw new JournalUnavailable('in-use', 'This memory journal is open already: call open() once.')
    }
    this.#life = 'open'
    if (this.can.processes === 'one') return takeOver(this.#disk, this, hops)
    return joinIn(this.#disk, hops, this.#clock.now())
  }

  async accept(entries: readonly NewEntry[], also?: Also): Promise<readonly Taken[] | 'conflict'> {
    if (also?.tx !== undefined) {
      throw new JournalUnavailable(
        'failed',
        'A memory journal cannot join a transaction (can.tx is false): leave out `tx`.',
      )
    }
    return this.#write((disk, now) => accept(disk, entries, also, now))
  }

  async claim(query: ClaimQuery): Promise<Claims> {
    return this.#read((disk, now) => claim(disk, query, this, now))
  }

  async extend(leases: readonly Lease[], leaseMs: number): Promise<readonly boolean[]> {
    return this.#read((disk, now) =>
      leases.map((lease) => {
        const entry = heldBy(disk, lease)
        if (entry !== undefined) prolong(disk, entry, now + leaseMs)
        return entry !== undefined
      }),
    )
  }

  async mark(lease: Lease, name: Mark, value: Json = true): Promise<boolean> {
    return this.#read((disk) => {
      const text = JSON.stringify(value)
      const entry = heldBy(disk, lease)
      if (entry !== undefined) (entry.marks ??= new Map()).set(name, text)
      return entry !== undefined
    })
  }

  async commit(batch: readonly Settlement[]): Promise<readonly Judged[]> {
    return this.#write((disk, now) => commit(disk, batch, now))
  }

  async read(names: readonly string[]): Promise<Readonly<Record<string, Stored>>> {
    return this.#read((disk) => readState(disk, names))
  }

  watch(wake: () => void): () => void {
    const watcher: Watcher = { owner: this, wake }
    this.#disk.watchers.add(watcher)
    return () => void this.#disk.watchers.delete(watcher)
  }

  async close(): Promise<void> {
    const wasOpen = this.#life === 'open'
    this.#life = 'closed'
    const disk = this.#disk
    for (const watcher of disk.watchers) if (watcher.owner === this) disk.watchers.delete(watcher)
    if (!wasOpen || (disk.owner !== undefined && disk.owner !== this)) return
    disk.clean = true
    disk.owner = undefined
    for (const entry of disk.held) {
      if (entry.holder !== this) continue
      uncount(entry)
      handBack(disk, entry)
    }
    this.#wake((owner) => owner !== this)
  }

  /** Runs what others need not be told of. */
  #read<A>(f: (disk: Disk, now: number) => A): A {
    if (this.#life === 'new') {
      throw new JournalUnavailable('not-open', 'This memory journal is not open: call open() first.')
    }
    if (this.#life === 'closed') throw closed()
    const owner = this.#disk.owner
    if (owner !== undefined && owner !== this) {
      throw new JournalUnavailable(
        'in-use',
        'Another memory journal was opened on this store and has taken it over.',
      )
    }
    try {
      return f(this.#disk, this.#clock.now())
    } catch (cause) {
      throw new JournalUnavailable(
        'failed',
        `The memory journal could not do this: ${String(cause)}. Give it JSON values only.`,
        cause,
      )
    }
  }

  #write<A>(f: (disk: Disk, now: number) => A): A {
    const result = this.#read(f)
    if (this.#disk.watchers.size > 0) this.#wake((owner) => owner !== this)
    return result
  }

  /** Writes by people's hand: news to whoever works on this very journal too. */
  #repair<A>(f: (disk: Disk, now: number) => A): A {
    const result = this.#read(f)
    this.#wake(() => true)
    return result
  }

  #wake(whom: (owner: object) => boolean): void {
    for (const { owner, wake } of this.#disk.watchers) {
      if (!whom(owner)) continue
      // A listener that throws is no reason for a write to seem failed.
      void Promise.resolve()
        .then(wake)
        .catch(() => {})
    }
  }
}

const closed = (): JournalUnavailable =>
  new JournalUnavailable('closed', 'This memory journal was closed: make a new one on the same store.')
