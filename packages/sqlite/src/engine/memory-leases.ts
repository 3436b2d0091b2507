import type { StatementSync } from 'node:sqlite'
import type { Claimed, ClaimQuery, Claims, Lease } from '@xconnector/core'
import type { Books } from './books.js'
import { claimed } from './claimed.js'
import { giveBack } from './give-back.js'
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

/**
 * Leases of the only process there is: in memory, so that a claim writes nothing. What was here before an unclean start
 * is the exception: it may be what killed the last process, so its claims are counted.
 */
export class MemoryLeases implements Leases {
  readonly write = false
  readonly #books: Books
  readonly #rows: ReadyRows
  readonly #boot: number
  /** Rows up to this sequence number were here before an unclean stop. */
  readonly #oldUpTo: number
  readonly #count: StatementSync
  readonly #held = new Map<number, Held>()
  readonly #perHop = new Map<number, number>()
  readonly #released = new Set<number>()
  #suspect: number | undefined
  #number = 0

  constructor(books: Books, boot: number, oldUpTo: number) {
    this.#books = books
    this.#rows = new ReadyRows(books.db)
    this.#boot = boot
    this.#oldUpTo = oldUpTo
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
    this.#countOld([...seqs.keys()].filter((seq) => seq <= this.#oldUpTo))
    // All is read before anything is held: an error must not leave an entry in nobody's hands.
    const taken = [...seqs].map(([seq, suspect]) => this.#load(seq, fence, suspect))
    for (const one of taken) this.#hold(one, fence)
    const entries = taken.map(({ given }) => given)
    return next === Infinity ? { entries } : { entries, next }
  }

  // A counter of deaths of processes need not survive a power cut: no fsync.
  #countOld(seqs: readonly number[]): void {
    if (seqs.length === 0) return
    const { db } = this.#books
    db.exec('PRAGMA synchronous = NORMAL')
    try {
      this.#books.transaction(() => {
        for (const seq of seqs) this.#count.run(seq)
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
    this.#held.set(seq, { row, fence, counted: seq <= this.#oldUpTo })
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
      const held = this.#held.get(seq)
      if (held === undefined) continue
      this.#held.delete(seq)
      this.#perHop.set(held.row.hop, this.#perHop.get(held.row.hop)! - 1)
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
