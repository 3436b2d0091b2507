import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'vitest'
import { memoryEndpoints, type EndpointStore, type WebhookEndpoint } from '../../src/index.js'
import { endpointStoreContract, type EndpointStoreMaker } from '../../src/testing/index.js'

/** A store as a service has it: a table with a version, and a compare-and-swap. */
const inATable = (db: DatabaseSync, endpoints: readonly WebhookEndpoint[]): EndpointStore => {
  db.exec('CREATE TABLE endpoint(id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL) STRICT')
  for (const e of endpoints) db.prepare('INSERT INTO endpoint VALUES(?, 1, ?)').run(e.id, JSON.stringify(e))
  const read = async (id: string): Promise<{ version: number; value: string } | undefined> =>
    db.prepare('SELECT version, value FROM endpoint WHERE id = ?').get(id) as never
  return {
    async get(id) {
      const row = await read(id)
      return row && (JSON.parse(row.value) as WebhookEndpoint)
    },
    list: async () =>
      db
        .prepare('SELECT value FROM endpoint')
        .all()
        .map((row) => JSON.parse(row['value'] as string) as WebhookEndpoint),
    async update(id, change) {
      for (;;) {
        const row = await read(id)
        if (row === undefined) return undefined
        const changed = change(JSON.parse(row.value) as WebhookEndpoint)
        const { changes } = db
          .prepare('UPDATE endpoint SET version = version + 1, value = ? WHERE id = ? AND version = ?')
          .run(JSON.stringify(changed), id, row.version)
        if (changes === 1) return changed
      }
    },
  }
}

const MAKERS: readonly (readonly [string, EndpointStoreMaker])[] = [
  [
    'memory',
    {
      fresh: async (endpoints) => ({ store: memoryEndpoints(endpoints), dispose: () => Promise.resolve() }),
    },
  ],
  [
    'a table with compare-and-swap',
    {
      async fresh(endpoints) {
        const db = new DatabaseSync(':memory:')
        return {
          store: inATable(db, endpoints),
          async dispose() {
            db.close()
          },
        }
      },
    },
  ],
]

describe.each(MAKERS)('%s', (_, maker) => {
  for (const { name, run } of endpointStoreContract(maker)) test(name, run)
})
