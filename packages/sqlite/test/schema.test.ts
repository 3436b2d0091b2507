import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { migrate, migrations } from '../src/schema/migrate.js'
import type { Migration } from '../src/schema/migrations/migration.js'
import { entry, hops, journalOn, place, refusal } from './support/journals.js'

const next: Migration = { to: 2, readableBy: 1, sql: 'ALTER TABLE entry ADD COLUMN note TEXT' }
const breaking: Migration = { to: 2, readableBy: 2, sql: 'ALTER TABLE entry RENAME COLUMN body TO text' }

/** A journal with one entry, brought forward by another build. */
const broughtTo = async (steps: readonly Migration[]): Promise<string> => {
  const { file } = await place()
  const first = journalOn(file)
  await first.open(hops)
  await first.accept([entry('m')])
  await first.close()
  const db = new DatabaseSync(file)
  migrate(db, file, [...migrations, ...steps])
  db.close()
  return file
}

const numbersOf = (file: string): unknown => {
  const db = new DatabaseSync(file, { readOnly: true })
  const rows = db
    .prepare("SELECT name, value FROM meta WHERE name IN ('schema', 'readable') ORDER BY name")
    .all()
  db.close()
  return rows.map((row) => row['value'])
}

describe('the schema', () => {
  it('of the next minor can be worked on by this build, and is not taken back', async () => {
    const file = await broughtTo([next])
    const journal = journalOn(file)
    await journal.open(hops)
    await journal.accept([entry('n')])
    expect((await journal.admin.find({ limit: 9 })).map(({ id }) => id)).toEqual(['m', 'n'])
    await journal.close()
    expect(numbersOf(file)).toEqual([1, 2])
  })

  it('of a build that this one cannot follow is refused, with both numbers and the remedy', async () => {
    const file = await broughtTo([breaking])
    const { trouble, message } = await refusal(journalOn(file).open(hops))
    expect(trouble).toBe('newer-schema')
    expect(message).toMatch(/schema 2.*knows 1.*Install the newer version/s)
  })

  it('is brought forward once, with what was there', async () => {
    const file = await broughtTo([])
    expect(numbersOf(file)).toEqual([1, 1])
    const db = new DatabaseSync(file)
    migrate(db, file, [...migrations, next])
    migrate(db, file, [...migrations, next])
    expect(db.prepare('SELECT id, note FROM entry').all()).toEqual([{ id: 'm', note: null }])
    db.close()
  })

  it('stays what it was when a step fails', async () => {
    const file = await broughtTo([])
    const db = new DatabaseSync(file)
    const broken: Migration = {
      to: 2,
      readableBy: 1,
      sql: 'CREATE TABLE extra(a TEXT) STRICT; SELECT nonsense',
    }
    expect(() => migrate(db, file, [...migrations, broken])).toThrow('nonsense')
    db.close()
    expect(numbersOf(file)).toEqual([1, 1])
    expect((await journalOn(file).open(hops)).unknown).toEqual([])
  })

  it('numbers its steps without gaps, each readable by an earlier number', () => {
    expect(migrations.map(({ to }) => to)).toEqual(migrations.map((_, at) => at + 1))
    for (const { to, readableBy } of migrations) expect(readableBy).toBeLessThanOrEqual(to)
  })
})
