import { DatabaseSync } from 'node:sqlite'
import { expect, it, vi } from 'vitest'
import { entry, hops, journalOn, place } from './support/journals.js'

it('a message is found by its ids, and not by going over the whole journal', async () => {
  const prepared = vi.spyOn(DatabaseSync.prototype, 'prepare')
  const { file } = await place()
  const journal = journalOn(file)
  await journal.open(hops)
  await journal.accept(['a', 'r', 'r/put', 'z'].map((id) => entry(id)))
  for (const query of [
    { root: 'r' },
    { root: 'r', state: 'waiting' },
    { root: 'r', flow: 'f', after: 1 },
  ] as const) {
    prepared.mockClear()
    await journal.admin.find({ ...query, limit: 10 })
    const asked = prepared.mock.calls
      .map(([sql]) => sql)
      .filter((sql) => /FROM entry WHERE .*id = /.test(sql))
    expect(asked.length).toBeGreaterThan(0)
    const db = new DatabaseSync(file)
    for (const sql of asked) {
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]
      const walks = plan
        .map((p) => p.detail)
        .filter((d) => /^SCAN entry|INTEGER PRIMARY KEY \(rowid>\?\)/.test(d))
      expect([sql, walks]).toEqual([sql, []])
    }
    db.close()
  }
  await journal.close()
  prepared.mockRestore()
})
