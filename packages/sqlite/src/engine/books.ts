import type { DatabaseSync } from 'node:sqlite'
import { Dedupe } from './dedupe.js'
import { Entries } from './entries.js'
import { Hops } from './hops.js'
import { Joins } from './joins.js'
import { Latest } from './latest.js'
import type { Leases } from './leases.js'
import { States } from './states.js'
import { Tally } from './tally.js'

/** All that an engine writes to, under one connection. What is kept in memory follows the commit, never precedes it. */
export class Books {
  readonly db: DatabaseSync
  readonly hops: Hops
  readonly tally: Tally
  readonly entries: Entries
  readonly joins: Joins
  readonly latest: Latest
  readonly dedupe: Dedupe
  readonly states: States
  readonly leases: Leases

  constructor(db: DatabaseSync, nextSeq: () => number | null, leases: (books: Books) => Leases) {
    this.db = db
    this.hops = new Hops(db)
    this.tally = new Tally(db)
    this.entries = new Entries(db, nextSeq)
    this.joins = new Joins(db)
    this.latest = new Latest(db)
    this.dedupe = new Dedupe(db)
    this.states = new States(db)
    this.leases = leases(this)
  }

  /** Runs `f` in one transaction, durable when it returns. An error undoes all of it, in memory too, and is thrown on. */
  transaction<A>(f: () => A): A {
    this.db.exec('BEGIN IMMEDIATE')
    let result: A
    try {
      result = f()
      this.tally.flush()
      this.db.exec('COMMIT')
    } catch (error) {
      this.#undo()
      throw error
    }
    this.hops.committed()
    this.leases.committed()
    return result
  }

  // A full disk makes SQLite roll back by itself.
  #undo(): void {
    this.hops.undone()
    this.tally.undone()
    this.joins.undone()
    this.leases.undone()
    if (this.db.isTransaction) this.db.exec('ROLLBACK')
  }
}
