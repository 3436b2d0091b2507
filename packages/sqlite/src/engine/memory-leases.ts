import type { StatementSync } from 'node:sqlite'
import type { Claimed, ClaimQuery, Claims, Lease } from '@xconnector/core'
import type { Books } from './books.js'
import { claimed } from './claimed.js'
import { giveBack, superseded } from './give-back.js'
import { parseToken, type Leases } from './leases.js'
import { pick, ReadyRows } from './ready-rows.js'
import type { Row, Slim } from './row.js'

interface Held {
  readonly row: Slim
  readonly fence: string
  /** Its claim was counted in its row. */
  readonly counted: boolean
}

interface Loaded {
  readonly row: Slim
  readonly given: Claimed
  readonly suspect: boolean
}

/** What a process left behind that ended without closing its journal, by sequence numbers. */
export interface LeftBehind {
  /** Rows up to here may be what killed it. */
  readonly suspectUpTo: number
  /** Rows up to here may have been in its hands when a newer version came. */
  readonly outdatedUpTo: number
}

/**
 * Leases of the only process there is: in memory, so that a claim writes nothing. What was here before an unclean start
 * is the exception: it may be what killed the last process, so its claims are counted.
 */
export class MemoryLeases implements Leases {
  readonly write = false
  readonly #books: Books
  readonly #rows: ReadyRows
  readonly #boot: number
  readonly #left: LeftBehind
  readonly #count: StatementSync
  readonly #held = new Map<number, Held>()
  readonly #perHop = new Map<number, number>()
  readonly #released = new Set<number>()
  #suspect: number | undefined
  #number = 0

  constructor(books: Books, boot: number, left: LeftBehind) {
    this.#books = books
    this.#rows = new ReadyRows(books.db)
    this.#boot = boot
    this.#left = left
    this.#count = books.db.prepare('UPDATE entry SET claims = claims + 1 WHERE seq = ?')
  }

  // Looking is all that a claim does here.
  idle(): undefined {}

  claim(query: ClaimQuery, now: number): Claims {
    const fence = `${this.#boot}.${++this.#number}`
    const seqs = new Map<number, boolean>()
    let next = Infinity
    const isHeld = (seq: number): boolean => this.#held.has(seq) || seqs.has(seq)
    for (const want of query.wants) {
      const hop = this.#books.hops.find(want.flow, want.hop)
      if (hop === undefined) continue
      const quota = Math.max(0, Math.min(want.max, query.max - seqs.size))
      // The same hop may be asked twice, for what is due and for what is overdue.
      const held = (this.#perHop.get(hop) ?? 0) + seqs.size
      const trial = this.#suspect !== undefined || [...seqs.values()].includes(true)
      const picked = pick(this.#rows, want, hop, { now, quota, held, isHeld, trial })
      next = Math.min(next, picked.next ?? Infinity)
      for (const { seq, suspect } of picked.take) seqs.set(seq, suspect)
    }
    const ended = this.#examine([...seqs.keys()], now)
    for (const seq of ended) seqs.delete(seq)
    // They leave room for others, which may have come due by that.
    if (ended.length > 0) next = now
    // All is read before anything is held: an error must not leave an entry in nobody's hands.
    const taken = [...seqs].map(([seq, suspect]) => this.#load(seq, fence, suspect))
    for (const one of taken) this.#hold(one, fence)
    const entries = taken.map(({ given }) => given)
    return next === Infinity ? { entries } : { entries, next }
  }

  /**
   * Counts the claims of what an unclean stop left behind, and ends what a newer version had passed while the last process
   * held it: here, and not when the journal is opened, for there may be a million of them. Gives what it ended.
   */
  #examine(seqs: readonly number[], now: number): readonly number[] {
    const left = seqs.filter((seq) => seq <= this.#left.suspectUpTo || seq <= this.#left.outdatedUpTo)
    if (left.length === 0) return left
    const { db, entries } = this.#books
    // A counter of deaths of processes need not survive a power cut, nor need what is found again: no fsync.
    db.exec('PRAGMA synchronous = NORMAL')
    try {
      return this.#books.transaction(() => {
        const ended = left.filter((seq) => superseded(this.#books, entries.bySeq(seq)!, now))
        for (const seq of left)
          if (seq <= this.#left.suspectUpTo && !ended.includes(seq)) this.#count.run(seq)
        return ended
      })
    } finally {
      db.exec('PRAGMA synchronous = FULL')
    }
  }

  #load(seq: number, fence: string, suspect: boolean): Loaded {
    const row = this.#books.entries.bySeq(seq) as Row
    const { id, hop, key, lkey, version, jid, jname, expect, envelope } = row
    const slim: Slim = { seq, id, hop, key, lkey, version, jid, jname, expect, envelope }
    return { row: slim, given: claimed(this.#books, row, fence), suspect }
  }

  #hold({ row, suspect }: Loaded, fence: string): void {
    const { seq, hop } = row
    this.#held.set(seq, { row, fence, counted: seq <= this.#left.suspectUpTo })
    this.#perHop.set(hop, (this.#perHop.get(hop) ?? 0) + 1)
    if (suspect) this.#suspect = seq
  }

  find({ id, token }: Lease): Slim | undefined {
    const parsed = parseToken(token)
    const held = parsed && this.#held.get(parsed.seq)
    if (held === undefined || held.fence !== parsed?.fence || held.row.id !== id) return undefined
    return this.#released.has(parsed.seq) ? undefined : held.row
  }

  isHeld(seq: number): boolean {
    return this.#held.has(seq) && !this.#released.has(seq)
  }

  held(): readonly { readonly hop: number; readonly n: number }[] {
    return [...this.#perHop].flatMap(([hop, n]) => (n > 0 ? [{ hop, n }] : []))
  }

  extend(lease: Lease): boolean {
    return this.find(lease) !== undefined
  }

  release(seq: number): void {
    if (this.#held.has(seq)) this.#released.add(seq)
  }

  back(seq: number): void {
    if (this.#held.get(seq)?.counted === true) this.#books.entries.back(seq)
    this.release(seq)
  }

  committed(): void {
    for (const seq of this.#released) {
      const { hop } = this.#held.get(seq)!.row
      this.#held.delete(seq)
      this.#perHop.set(hop, this.#perHop.get(hop)! - 1)
      if (this.#suspect === seq) this.#suspect = undefined
    }
    this.#released.clear()
  }

  undone(): void {
    this.#released.clear()
  }

  end(now: number): void {
    for (const { row } of this.#held.values()) giveBack(this.#books, row, now)
  }
}
