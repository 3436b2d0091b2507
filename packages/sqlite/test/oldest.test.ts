import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@xconnector/core'
import { describe, expect, it } from 'vitest'
import { DEAD_SQL } from '../src/engine/find-dead.js'
import { OLDEST_SQL } from '../src/engine/oldest.js'
import { migrate } from '../src/schema/migrate.js'
import { claim, clockAt, entry, hops, journalOn, place } from './support/journals.js'

const planOf = (sql: string): string => {
  const db = new DatabaseSync(':memory:')
  migrate(db, ':memory:')
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
  db.close()
  return rows.map((row) => String(row['detail'])).join('\n')
}

describe('what a look at the journal costs', () => {
  it.each([
    ['ready', 'entry_ready'],
    ['suspect', 'entry_suspect'],
    ['leased', 'entry_lease'],
  ] as const)(
    'the oldest entry that is %s is a walk along its partial index, and sorts nothing',
    (name, index) => {
      const plan = planOf(OLDEST_SQL[name])
      expect(plan).toContain(`INDEX ${index} (hop=?`)
      expect(plan).not.toContain('TEMP B-TREE')
    },
  )

  it('a page of dead letters is a walk along their index, from its place on', () => {
    const plan = planOf(DEAD_SQL)
    expect(plan).toContain('INDEX entry_dead (hop=? AND seq>?)')
    expect(plan).not.toContain('TEMP B-TREE')
  })
})

describe('the oldest entry that waits', () => {
  it('is found at each hop, also behind a backlog of another and of dead letters', async () => {
    let now = 1_000_000
    const clock = clockAt(systemClock, () => now)
    const journal = journalOn((await place()).file, { clock })
    await journal.open(hops)
    await journal.accept(Array.from({ length: 2000 }, (_, i) => entry(`dead${i}`, { dead: { _tag: 'Bad' } })))
    now += 1000
    await journal.accept(Array.from({ length: 2000 }, (_, i) => entry(`a${i}`)))
    now += 1000
    await journal.accept([entry('b1', { hop: 'b' }), entry('b2', { hop: 'b', notBefore: 9e12 })])
    now += 1000
    await journal.accept([entry('b3', { hop: 'b' })])
    expect(await journal.admin.oldest?.()).toEqual([
      { flow: 'f', hop: 'a', at: 1_001_000 },
      { flow: 'f', hop: 'b', at: 1_002_000 },
    ])
    const held = await claim(journal, 5000)
    await journal.commit(
      held.filter((e) => e.id !== 'b3').map(({ lease }) => ({ lease, as: 'done', why: 'delivered' })),
    )
    // One that is in hand waits too.
    expect(await journal.admin.oldest?.()).toEqual([{ flow: 'f', hop: 'b', at: 1_002_000 }])
  })

  it('is told of no hop where nothing waits', async () => {
    const journal = journalOn((await place()).file)
    await journal.open(hops)
    await journal.accept([entry('m1', { dead: { _tag: 'Bad' } })])
    expect(await journal.admin.oldest?.()).toEqual([])
  })
})
