import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { discard } from './admin.js'
import type { Books } from './books.js'
import { findDead } from './find-dead.js'

const SLICE = 1000

/** Removes what is out of its time, a slice at a call: dedupe keys, and dead letters where that was asked for. */
export class Sweep {
  readonly #keepDead: Readonly<Record<string, number>>
  readonly #dead: StatementSync
  #after = 0

  constructor(db: DatabaseSync, keepDead: Readonly<Record<string, number>>) {
    this.#keepDead = keepDead
    this.#dead = db.prepare('SELECT id, until, flow FROM entry JOIN hop ON no = hop WHERE seq = ?')
  }

  run(books: Books, now: number): void {
    books.dedupe.sweep(now)
    if (Object.keys(this.#keepDead).length > 0) this.#runDead(books, now)
  }

  #runDead(books: Books, now: number): void {
    const seqs = findDead(books.db, books.tally, { after: this.#after, limit: SLICE })
    this.#after = seqs.length < SLICE ? 0 : seqs.at(-1)!
    const rows = seqs.map((seq) => this.#dead.get(seq) as unknown as DeadRow)
    const over = rows.filter(({ flow, until }) => until + this.#kept(flow) <= now)
    discard(
      books,
      over.map(({ id }) => id),
      'discarded',
      now,
    )
  }

  #kept(flow: string): number {
    return this.#keepDead[flow] ?? this.#keepDead['*'] ?? Infinity
  }
}

interface DeadRow {
  readonly id: string
  readonly until: number
  readonly flow: string
}
