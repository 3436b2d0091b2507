import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { migrate, migrations } from '../../src/schema/migrate.js'
import type { Migration } from '../../src/schema/migrations/migration.js'
import { entry, hops, journalOn, place } from '../support/journals.js'
import { atTerminal } from './support/at-terminal.js'
import { service } from './support/service.js'

const looks = [['status'], ['dead', 'ls'], ['dead', 'show', 'x'], ['graph', 'orders'], ['tail']] as const
const acts = [
  ['dead', 'replay', 'm'],
  ['dead', 'replay', 'm', '--whole'],
  ['dead', 'discard', 'm'],
  ['resume', 'flow', 'f'],
  ['erase', 'k', '--yes'],
] as const

/** A closed journal with a dead letter, brought forward by another build. */
const broughtTo = async (step: Omit<Migration, 'to'>): Promise<string> => {
  const { file } = await place()
  const journal = journalOn(file)
  await journal.open(hops)
  await journal.accept(
    [entry('m', { dead: { _tag: 'DecodeFailed', kind: 'poison', message: 'no' }, key: 'k' })],
    {
      state: [
        {
          name: 'control',
          expect: 0,
          value: { paused: [{ what: { flow: 'f' }, since: 1 }], upTo: 0, spent: {} },
        },
      ],
    },
  )
  await journal.close()
  const db = new DatabaseSync(file)
  migrate(db, file, [...migrations, { to: migrations.length + 1, ...step }])
  db.close()
  return file
}

describe('a file that is empty', () => {
  it('is told as such, whatever is asked, and stays as it is', async () => {
    const { file } = await place()
    await writeFile(file, '')
    for (const args of [...looks, ...acts]) {
      const said = await atTerminal(file)(...args)
      expect([args, said.code, said.out]).toEqual([args, 1, ''])
      expect(said.err).toContain(`${file} is empty: no journal was made in it yet.`)
    }
    expect(await readFile(file, 'utf8')).toBe('')
  })
})

describe('a journal that is not there', () => {
  it('is an error that names it, and is not made', async () => {
    const { directory, file } = await place()
    for (const args of [...looks, ...acts]) {
      const said = await atTerminal(file)(...args)
      expect([said.code, said.out]).toEqual([1, ''])
      expect(said.err).toBe(
        `There is no journal ${file}. Name the file of the service: --file, or the variable XCONNECTOR_FILE.\n`,
      )
    }
    expect(await readdir(directory)).toEqual([])
  })
})

describe('a file that is no journal', () => {
  it('is told from one: a folder, an empty file, damage, another program’s database', async () => {
    const { directory } = await place()
    const at = (name: string): string => join(directory, name)
    await mkdir(at('folder'))
    await writeFile(at('empty'), '')
    await writeFile(at('text'), 'no database at all, but long enough to be read as one'.repeat(40))
    const other = new DatabaseSync(at('other'))
    other.exec('CREATE TABLE entry(id)')
    other.close()
    const said = async (name: string): Promise<readonly unknown[]> => {
      const { code, err } = await atTerminal(at(name))('status')
      return [code, err.split('.', 1)[0]]
    }
    expect(await said('folder')).toEqual([1, `${at('folder')} is no file, and so no journal`])
    expect(await said('empty')).toEqual([1, `${at('empty')} is empty: no journal was made in it yet`])
    expect(await said('text')).toEqual([1, `The journal ${at('text')} is damaged, or not an SQLite database`])
    expect(await said('other')).toEqual([
      1,
      `${at('other')} is an SQLite database, but no journal of xConnector`,
    ])
    for (const name of ['empty', 'text', 'other']) {
      const before = await readFile(at(name))
      for (const args of acts) expect((await atTerminal(at(name))(...args)).code).toBe(1)
      expect(before.equals(await readFile(at(name)))).toBe(true)
    }
  })

  it('is told where only a page of it is damaged, and what can be read is read', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    await journal.accept(
      Array.from({ length: 200 }, (_, i) => entry(`m${i}`, { body: '"x"', dead: { _tag: 'No' } })),
    )
    await journal.close()
    const bytes = await readFile(file)
    // All but the first pages, which hold the schema and what was counted.
    const from = bytes.indexOf('m0') & ~4095
    bytes.fill(0xa5, from, from + 4096)
    await writeFile(file, bytes)
    const said = await atTerminal(file)('dead', 'ls')
    expect([said.code, said.err]).toEqual([1, expect.stringContaining('is damaged')])
  })
})

describe('a journal from the future', () => {
  it('may be looked at, and is not touched, where its schema can be read', async () => {
    const file = await broughtTo({ readableBy: 1, sql: 'ALTER TABLE entry ADD COLUMN note TEXT' })
    const say = atTerminal(file)
    expect((await say('status')).lines[0]).toContain('schema 2, of another build: look, but do not touch')
    expect((await say('dead', 'ls')).lines[1]).toMatch(/^m\tf\ta\tDecodeFailed/)
    expect((await say('dead', 'show', 'm')).code).toBe(0)
    expect((await say('dead', 'replay', 'm', '--dry-run')).code).toBe(0)
    const before = await readFile(file)
    for (const args of acts) {
      const said = await say(...args)
      expect([said.code, said.out]).toEqual([1, ''])
      expect(said.err).toContain('it may look, but not act')
    }
    expect(before.equals(await readFile(file))).toBe(true)
  })

  it('is refused where its schema cannot be read', async () => {
    const file = await broughtTo({ readableBy: 2, sql: 'ALTER TABLE entry RENAME COLUMN body TO text' })
    for (const args of [...looks, ...acts]) {
      const said = await atTerminal(file)(...args)
      expect([said.code, said.err]).toEqual([1, expect.stringContaining('has schema 2, readable by builds')])
    }
  })
})

describe('looking', () => {
  it('leaves nothing behind, and the next start as it would have been', async () => {
    const s = await service()
    await s.send([{ n: 1, how: 'refuse' }])
    await s.dead(1)
    await s.stop()
    const { readdirSync } = await import('node:fs')
    const names = (): readonly string[] => readdirSync(join(s.file, '..')).toSorted()
    const before = names()
    for (const args of looks.slice(0, 4)) await atTerminal(s.file)(...args)
    expect(names()).toEqual(before)
    expect(before).toEqual(['journal.db', 'journal.db.lock'])
    const journal = journalOn(s.file)
    expect((await journal.open([])).unclean).toBe(false)
  })

  it('and repairing leave a crash to be found by the next start', async () => {
    const { file } = await place()
    const crashed = journalOn(file)
    await crashed.open(hops)
    await crashed.accept([entry('m', { dead: { _tag: 'DecodeFailed' } }), entry('n')])
    await crashed.claim({ wants: [{ ...hops[0]!, max: 9 }], max: 9, leaseMs: 1000 })
    await crashed.drop()
    const say = atTerminal(file)
    expect((await say('dead', 'ls')).lines).toHaveLength(2)
    expect((await say('dead', 'replay', 'm')).code).toBe(0)
    const journal = journalOn(file)
    expect((await journal.open(hops)).unclean).toBe(true)
    const counts = await journal.admin.counts()
    expect(counts.find((c) => c.what === 'waiting')?.n).toBe(2)
  })

  it('while the service stops does not keep it from cleaning up', async () => {
    const s = await service()
    const ending = new AbortController()
    const tail = atTerminal(s.file, { signal: ending.signal })('tail')
    await s.stop()
    ending.abort()
    await tail
    expect((await readdir(join(s.file, '..'))).includes('journal.db-wal')).toBe(false)
  })
})

describe('someone without the right to write', () => {
  it('sees what there is, and is told why nothing can be changed', async () => {
    const s = await service()
    await s.send([{ n: 1, how: 'refuse' }])
    await s.dead(1)
    await s.stop()
    await chmod(s.file, 0o444)
    await chmod(`${s.file}.lock`, 0o444)
    await chmod(join(s.file, '..'), 0o555)
    try {
      const said = await atTerminal(s.file)('dead', 'ls')
      expect([said.code, said.lines.length]).toEqual([0, 2])
    } finally {
      await chmod(join(s.file, '..'), 0o755)
    }
  })
})
