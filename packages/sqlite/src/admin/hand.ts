import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Books } from '../engine/books.js'
import { judgeVersion, SAFE_VERSION } from '../engine/engine-version.js'
import { RowLeases } from '../engine/row-leases.js'
import { EngineTrouble } from '../engine/trouble.js'
import { newestSchema, readSchema } from '../schema/migrate.js'
import { noJournal } from './no-journal.js'
import { unlessOwned } from './owner.js'

/** A connection that writes to a journal beside whoever works on it. It changes neither the schema nor who owns the file. */
export class Hand {
  readonly db: DatabaseSync
  readonly #file: string
  readonly #books: Books

  /** @throws EngineTrouble `newer-schema` for any schema but this build's own, `engine-too-old`. */
  constructor(file: string) {
    this.#file = file
    // Opening for writing makes a file that is not there.
    if (!existsSync(file)) throw new EngineTrouble('missing', `There is no journal ${file}.`)
    this.db = new DatabaseSync(file, { timeout: 0 })
    try {
      const version = String(this.db.prepare('SELECT sqlite_version() AS v').get()?.['v'])
      if (judgeVersion(version, 'many') === 'refuse') throw tooOld(file, version)
      const { schema } = readSchema(this.db, file)
      if (schema === 0) throw noJournal(file)
      if (schema !== newestSchema()) throw otherSchema(file, schema)
      this.db.exec('PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF')
      this.#books = new Books(
        this.db,
        () => null,
        // It claims nothing: the leases that count are those in the rows.
        (books) => new RowLeases(books, 0),
      )
    } catch (error) {
      this.db.close()
      throw error
    }
  }

  /**
   * Carries something out in one transaction, unless a single process owns the journal: that one holds entries in its
   * memory, and must be asked.
   */
  act<A>(f: (books: Books) => A, around: (db: DatabaseSync, f: () => A) => A = plainly): A | 'owned' {
    this.db.exec('PRAGMA wal_autocheckpoint = 8000')
    return unlessOwned(this.#file, () => around(this.db, () => this.#books.transaction(() => f(this.#books))))
  }

  /** Writes where it does not matter who holds what: states and commands. It leaves the log to the owner. */
  write<A>(f: (books: Books) => A): A {
    this.db.exec('PRAGMA wal_autocheckpoint = 0')
    return this.#books.transaction(() => f(this.#books))
  }

  close(): void {
    this.db.close()
  }
}

const plainly = <A>(_: DatabaseSync, f: () => A): A => f()

const otherSchema = (file: string, schema: number): EngineTrouble =>
  new EngineTrouble(
    'newer-schema',
    `The journal ${file} has schema ${schema}, and this build of @xconnector/sqlite knows ${newestSchema()}: it may look, ` +
      'but not act. Use the version of the service that works on it.',
  )

const tooOld = (file: string, version: string): EngineTrouble =>
  new EngineTrouble(
    'engine-too-old',
    `SQLite ${version} of this Node must not write to ${file} beside another process: it may corrupt it. ` +
      `Use a Node with SQLite ${SAFE_VERSION} or newer (22.23.3, 24.15.0, 26.0.0).`,
  )
