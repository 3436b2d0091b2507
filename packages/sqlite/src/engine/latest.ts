import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { READY, SLIM, type Slim } from './row.js'

/**
 * High-water marks. Versions are compared by SQLite, whose order is the port's: numbers before strings, strings by code
 * point (memcmp of UTF-8; https://sqlite.org/datatype3.html, 4.1).
 */
export class Latest {
  readonly #raise: StatementSync
  readonly #older: StatementSync
  readonly #passed: StatementSync
  readonly #forget: StatementSync

  constructor(db: DatabaseSync) {
    this.#raise = db.prepare(
      'INSERT INTO latest VALUES(?, ?) ON CONFLICT DO UPDATE SET version = excluded.version WHERE version < excluded.version',
    )
    this.#older = db.prepare('SELECT version > ? AS older FROM latest WHERE lkey = ?')
    this.#passed = db.prepare(`SELECT ${SLIM} FROM entry WHERE lkey = ? AND state = ${READY} AND version < ?`)
    this.#forget = db.prepare('DELETE FROM latest WHERE substr(lkey, instr(lkey, char(10)) + 1) = ?')
  }

  isOlder(lkey: string, version: number | string): boolean {
    return (this.#older.get(version, lkey) as { older: number } | undefined)?.older === 1
  }

  /** Raises the mark; gives the ready entries that it has passed, or none where it stood there already. */
  raise(lkey: string, version: number | string): readonly Slim[] {
    if (this.#raise.run(lkey, version).changes === 0) return []
    return this.#passed.all(lkey, version) as unknown as readonly Slim[]
  }

  /** Forgets the marks of a key in every flow. */
  forget(key: string): void {
    this.#forget.run(key)
  }
}
