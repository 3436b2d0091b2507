import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { discard } from './admin.js'
import type { Books } from './books.js'
import { DEAD, HOLDING } from './row.js'

const SLICE = 1000

/** Removes what is out of its time, a slice at a call: dedupe keys, and dead letters where that was asked for. */
export class Sweep {
  readonly #keepDead: Readonly<Record<string, number>>
  readonly #dead: StatementSync
  #after = 0

  constructor(db: DatabaseSync, keepDead: Readonly<Record<string, number>>) {
    this.#keepDead = keepDead
    this.#dead = db.prepare(
      `SELECT seq, id, until, flow FROM entry JOIN hop ON no = hop
       WHERE state IN (${HOLDING}, ${DEAD}) AND seq > ? ORDER BY seq LIMIT ${SLICE}`,
    )
  }

  run(books: Books, now: number): void {
    books.dedupe.sweep(now)
    if (Object.keys(this.#keepDead).length > 0) this.#runDead(books, now)
  }

  #runDead(books: Books, now: number): void {
    const rows = this.#dead.all(this.#after) as unknown as readonly DeadRow[]
    this.#after = rows.length < SLICE ? 0 : rows.at(-1)!.seq
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
  readonly seq: number
  readonly id: string
  readonly until: number
  readonly flow: string
}
