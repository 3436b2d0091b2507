import { DatabaseSync } from 'node:sqlite'
import { SYSTEMS, type SystemName } from '../shared/systems.ts'

/** What the journal says of one hop. `accepted` and `done` are its counters; `dead` and `pending` are counted rows. */
export interface HopBook {
  readonly accepted: number
  /** By reason: delivered, superseded, … */
  readonly done: Readonly<Record<string, number>>
  readonly dead: number
  readonly pending: number
}

/** What the journal's file says: of the hop that every message starts at, and of the hop of each system. */
export interface Books {
  readonly start: HopBook
  readonly systems: Readonly<Record<SystemName, HopBook>>
}

// States of an entry in the journal's schema, version 1.
const PENDING = '0, 1, 2'
const DEAD = '3, 4'

export const readBooks = (file: string): Books => {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const hops = db.prepare('SELECT no, name FROM hop').all() as unknown as readonly Hop[]
    const tally = db.prepare('SELECT what, n FROM tally WHERE hop = ?')
    const rows = (states: string): ((hop: number) => number) => {
      const statement = db.prepare(`SELECT count(*) AS n FROM entry WHERE hop = ? AND state IN (${states})`)
      return (hop) => (statement.get(hop) as { n: number }).n
    }
    const pending = rows(PENDING)
    const dead = rows(DEAD)
    const bookOf = (is: (name: string) => boolean): HopBook => {
      const hop = hops.find(({ name }) => is(name))
      if (hop === undefined) return { accepted: 0, done: {}, dead: 0, pending: 0 }
      const counted = tally.all(hop.no) as unknown as readonly { what: string; n: number }[]
      const of = Object.fromEntries(counted.map(({ what, n }) => [what, n]))
      const { in: accepted = 0, dead: _, ...done } = of
      return { accepted, done, dead: dead(hop.no), pending: pending(hop.no) }
    }
    // A branch's hop has the branch's name, or a path below it.
    const isOf = (system: string, name: string): boolean => name.split('/')[0] === system
    return {
      start: bookOf((name) => !SYSTEMS.some((system) => isOf(system, name))),
      systems: Object.fromEntries(
        SYSTEMS.map((system) => [system, bookOf((name) => isOf(system, name))]),
      ) as Books['systems'],
    }
  } finally {
    db.close()
  }
}

interface Hop {
  readonly no: number
  readonly name: string
}

/** Entries that are done, for whatever reason. */
export const doneOf = (book: HopBook): number => Object.values(book.done).reduce((sum, n) => sum + n, 0)
