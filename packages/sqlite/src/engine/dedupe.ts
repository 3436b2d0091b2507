import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { wholeMs } from './row.js'

// One slice for so many keys taken: each key taken makes the sweep look at one.
const EVERY = 1000
const SLICE = 1000

/** Keys that bind a repeat to its first entry, each for its window. Swept in slices, along the primary key. */
export class Dedupe {
  readonly #take: StatementSync
  readonly #id: StatementSync
  readonly #end: StatementSync
  readonly #sweep: StatementSync
  #taken = 0
  #from = ''

  constructor(db: DatabaseSync) {
    this.#take = db.prepare(
      `INSERT INTO dedupe VALUES(?1, ?2, ?3)
       ON CONFLICT DO UPDATE SET id = excluded.id, until = excluded.until WHERE until <= ?4`,
    )
    this.#id = db.prepare('SELECT id FROM dedupe WHERE key = ?')
    this.#end = db.prepare(`SELECT key FROM dedupe WHERE key > ? ORDER BY key LIMIT 1 OFFSET ${SLICE - 1}`)
    this.#sweep = db.prepare(
      'DELETE FROM dedupe WHERE key > ?1 AND (?2 IS NULL OR key <= ?2) AND until <= ?3',
    )
  }

  /** Binds a key to an id; gives the id that it is bound to already. */
  take(key: string, id: string, until: number, now: number): string | undefined {
    if (this.#take.run(key, id, wholeMs(until), now).changes === 0)
      return (this.#id.get(key) as { id: string }).id
    if (++this.#taken % EVERY === 0) this.sweep(now)
    return undefined
  }

  /** Removes the keys of the next slice whose window is over. */
  sweep(now: number): void {
    const end = (this.#end.get(this.#from) as { key: string } | undefined)?.key
    this.#sweep.run(this.#from, end ?? null, now)
    this.#from = end ?? ''
  }
}
