import type { Books } from './books.js'
import { JOINING, LEASED, READY, wholeMs } from './row.js'

/** A clock that is corrected by less than this was slewed, or read by two processes: milliseconds. */
const STEP = 1000

/** Several processes see the same step: who comes later than another by less than this lets it be. Milliseconds. */
const ONCE = 60_000

/**
 * Sees when the clock was put back. Times of waiting are kept as times of day: without this, what was due would wait until
 * the clock is there again, and so would retries and the leases of dead processes. Deadlines stay where they are.
 */
export class TurnedBack {
  readonly #many: boolean
  #last: number

  constructor(books: Books, processes: 'one' | 'many', now: number) {
    this.#many = processes === 'many'
    const newest = books.db
      .prepare(`SELECT at FROM entry WHERE seq > ifnull((${stored(UP_TO)}), 0) ORDER BY seq DESC LIMIT 1`)
      .get() as { readonly at: number } | undefined
    this.#last = Math.max(now, newest?.at ?? now)
  }

  /** Moves all waits by as much as the clock was put back since the last look. */
  heed(books: Books, now: number): void {
    if (now <= this.#last - STEP && !this.#move(books, wholeMs(now), Math.floor(this.#last - now))) return
    this.#last = now
  }

  /** Gives whether it was done, here or elsewhere. If not, because others write or the disk is full, the next look tries. */
  #move(books: Books, now: number, by: number): boolean {
    const { db } = books
    const seen = (): number | undefined =>
      (db.prepare(stored(AT)).get() as { readonly value: number } | undefined)?.value
    try {
      books.transaction(() => {
        if (this.#many && Math.abs(now - (seen() ?? -Infinity)) < ONCE) return
        db.prepare(
          `UPDATE entry SET due = max(?1, due - ?2) WHERE state IN (${READY}, ${LEASED}, ${JOINING}) AND due > ?1`,
        ).run(now, by)
        db.prepare(`UPDATE entry SET until = max(?1, until - ?2) WHERE state = ${LEASED} AND until > ?1`).run(
          now,
          by,
        )
        const set = db.prepare(
          'INSERT INTO meta VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
        )
        set.run(AT, now)
        set.run(UP_TO, (db.prepare('SELECT max(seq) AS seq FROM entry').get() as { seq: number | null }).seq)
      })
      return true
    } catch {
      return false
    }
  }
}

const AT = 'clock put back at'
/** Entries up to this sequence number were written before that. */
const UP_TO = 'clock put back behind'

const stored = (name: string): string => `SELECT value FROM meta WHERE name = '${name}'`
