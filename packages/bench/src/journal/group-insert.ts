import { DatabaseSync } from 'node:sqlite'

interface Waiting {
  readonly id: string
  readonly body: string
  readonly stored: () => void
}

/** Inserts rows into a table without an index, `synchronous=FULL`. */
export interface GroupInsert {
  /** Resolves when the row is durable. */
  put(id: string, body: string): Promise<void>
  close(): void
}

/** What comes in one turn of the event loop shares a commit, up to `group` of it. */
export const groupInsert = (file: string, group: number): GroupInsert => {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
  db.exec('CREATE TABLE stored(seq INTEGER PRIMARY KEY, id TEXT, body TEXT) STRICT')
  const insert = db.prepare('INSERT INTO stored(id, body) VALUES (?, ?)')
  let waiting: Waiting[] = []
  const flush = (): void => {
    const now = waiting.slice(0, group)
    waiting = waiting.slice(group)
    if (waiting.length > 0) setImmediate(flush)
    db.exec('BEGIN IMMEDIATE')
    for (const { id, body } of now) insert.run(id, body)
    db.exec('COMMIT')
    for (const { stored } of now) stored()
  }
  return {
    put: (id, body) =>
      new Promise((stored) => {
        if (waiting.push({ id, body, stored }) === 1) setImmediate(flush)
      }),
    close: () => db.close(),
  }
}
