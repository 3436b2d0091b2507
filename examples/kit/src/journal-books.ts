import { DatabaseSync } from 'node:sqlite'

/** What a journal's file says of one hop. `accepted` and `done` are its counters; `dead` and `pending` are counted rows. */
export interface HopBook {
  readonly accepted: number
  /** By reason: delivered, superseded, … */
  readonly done: Readonly<Record<string, number>>
  readonly dead: number
  readonly pending: number
}

/** One hop and its book. */
export interface BookedHop {
  readonly flow: string
  readonly name: string
  readonly book: HopBook
}

// States of an entry in the journal's schema, version 1.
const PENDING = '0, 1, 2'
const DEAD = '3, 4'

/** Reads the books of all hops from a SQLite journal that nobody writes to any more. */
export const readJournalBooks = (file: string): readonly BookedHop[] => {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const hops = db.prepare('SELECT no, flow, name FROM hop').all() as unknown as readonly Hop[]
    const tally = db.prepare('SELECT what, n FROM tally WHERE hop = ?')
    const rows = (states: string): ((hop: number) => number) => {
      const statement = db.prepare(`SELECT count(*) AS n FROM entry WHERE hop = ? AND state IN (${states})`)
      return (hop) => (statement.get(hop) as { n: number }).n
    }
    const pending = rows(PENDING)
    const dead = rows(DEAD)
    return hops.map(({ no, flow, name }) => {
      const counted = tally.all(no) as unknown as readonly { what: string; n: number }[]
      const of = Object.fromEntries(counted.map(({ what, n }) => [what, n]))
      const { in: accepted = 0, dead: _, ...done } = of
      return { flow, name, book: { accepted, done, dead: dead(no), pending: pending(no) } }
    })
  } finally {
    db.close()
  }
}

interface Hop {
  readonly no: number
  readonly flow: string
  readonly name: string
}

/** A hop that nothing came to. */
export const EMPTY_BOOK: HopBook = { accepted: 0, done: {}, dead: 0, pending: 0 }

/** Entries that are done, for whatever reason. */
export const doneOf = (book: HopBook): number => Object.values(book.done).reduce((sum, n) => sum + n, 0)
