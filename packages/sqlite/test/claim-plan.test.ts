import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { READY_SQL } from '../src/engine/ready-rows.js'
import { migrate } from '../src/schema/migrate.js'
import { claim, entry, hops, journalOn, place } from './support/journals.js'

const planOf = (sql: string): string => {
  const db = new DatabaseSync(':memory:')
  migrate(db, ':memory:')
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
  db.close()
  return rows.map((row) => String(row['detail'])).join('\n')
}

describe('looking for claimable entries', () => {
  it.each([
    ['ready', 'entry_ready'],
    ['suspect', 'entry_suspect'],
    ['later', 'entry_ready'],
    ['overdue', 'entry_deadline'],
    ['overdueSuspect', 'entry_deadline'],
    ['laterDeadline', 'entry_deadline'],
  ] as const)('%s is a search in its partial index, and sorts nothing', (name, index) => {
    const plan = planOf(READY_SQL[name])
    expect(plan).toContain(`INDEX ${index} (hop=?`)
    expect(plan).not.toContain('SCAN entry')
    expect(plan).not.toContain('TEMP B-TREE')
  })

  it('100,000 waiting entries of a hop that is not asked for cost a claim nothing', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    for (let from = 0; from < 100_000; from += 10_000) {
      await journal.accept(Array.from({ length: 10_000 }, (_, i) => entry(`parked${from + i}`, { hop: 'b' })))
    }
    await journal.accept(Array.from({ length: 64 }, (_, i) => entry(`healthy${i}`)))
    const { entries } = await journal.claim({
      wants: [{ flow: 'f', hop: 'a', max: 64 }],
      max: 64,
      leaseMs: 1000,
    })
    expect(entries).toHaveLength(64)
    expect(await claim(journal, 10)).toHaveLength(10)
  })
})
