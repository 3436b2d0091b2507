import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Json, StateMove, Stored } from '@xconnector/core'

interface StateRow {
  readonly version: number
  readonly value: string
}

/** Named state, moved by compare-and-set. */
export class States {
  readonly #get: StatementSync
  readonly #put: StatementSync
  readonly #remove: StatementSync

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('SELECT version, value FROM state WHERE name = ?')
    this.#put = db.prepare(
      'INSERT INTO state VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, value = excluded.value',
    )
    this.#remove = db.prepare('DELETE FROM state WHERE name = ?')
  }

  /** Whether every move starts from what is stored. Asked before anything is written. */
  fits(moves: readonly StateMove[]): boolean {
    return moves.every(({ name, expect }) => (this.#row(name)?.version ?? 0) === expect)
  }

  move(moves: readonly StateMove[]): void {
    for (const { name, value, expect, version = expect + 1 } of moves) {
      if (value === undefined) this.#remove.run(name)
      else this.#put.run(name, version, JSON.stringify(value))
    }
  }

  read(names: readonly string[]): Readonly<Record<string, Stored>> {
    const found = names.flatMap((name): [string, Stored][] => {
      const row = this.#row(name)
      return row === undefined ? [] : [[name, { version: row.version, value: JSON.parse(row.value) as Json }]]
    })
    return Object.fromEntries(found)
  }

  #row(name: string): StateRow | undefined {
    return this.#get.get(name) as StateRow | undefined
  }
}
