import { copyFile, mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { sqlite } from '../src/index.js'
import { EngineTrouble, troubleOf } from '../src/engine/trouble.js'
import { judgeVersion } from '../src/engine/engine-version.js'
import { entry, hops, journalOn, place, refusal } from './support/journals.js'

const threads = ['main', 'worker'] as const

describe.each(threads)('a journal that cannot be opened, thread: %s', (thread) => {
  it('says unwritable, with the file and the remedy, when the directory is missing', async () => {
    const { directory } = await place()
    const file = join(directory, 'missing', 'journal.db')
    const { trouble, message } = await refusal(journalOn(file, { thread }).open(hops))
    expect(trouble).toBe('unwritable')
    expect(message).toContain(file)
    expect(message).toContain('Create its directory')
  })

  it('says unwritable when the file is a directory', async () => {
    const { file } = await place()
    await mkdir(file)
    expect((await refusal(journalOn(file, { thread }).open(hops))).trouble).toBe('unwritable')
  })

  it('says corrupt when the file is no database', async () => {
    const { file } = await place()
    await writeFile(file, 'this is a diary, dear database, and not one of yours'.repeat(200))
    const { trouble, message } = await refusal(journalOn(file, { thread }).open(hops))
    expect(trouble).toBe('corrupt')
    expect(message).toContain('restore a backup')
  })

  it('says corrupt when the file is a database of somebody else, and leaves it as it was', async () => {
    const { file } = await place()
    const theirs = new DatabaseSync(file)
    theirs.exec('CREATE TABLE customer(name TEXT)')
    theirs.close()
    expect((await refusal(journalOn(file, { thread }).open(hops))).trouble).toBe('corrupt')
    const again = new DatabaseSync(file)
    expect(again.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'customer' }])
    again.close()
  })

  it('can be opened once the reason has gone', async () => {
    const { directory } = await place()
    const journal = journalOn(join(directory, 'later', 'journal.db'), { thread })
    expect((await refusal(journal.open(hops))).trouble).toBe('unwritable')
    await mkdir(join(directory, 'later'))
    expect(await journal.open(hops)).toEqual({ unknown: [], unclean: false })
  })
})

describe('a journal in use', () => {
  it('says full when it may not grow, keeps what it has, and goes on when there is room', async () => {
    const { file } = await place()
    const journal = journalOn(file, { maxBytes: 300_000 })
    await journal.open(hops)
    await journal.accept([entry('small')])
    const { trouble, message } = await refusal(
      journal.accept([entry('big', { body: `"${'x'.repeat(400_000)}"` })]),
    )
    expect(trouble).toBe('full')
    expect(message).toContain(file)
    await journal.accept([entry('small2')])
    expect((await journal.admin.find({ limit: 10 })).map(({ id }) => id)).toEqual(['small', 'small2'])
    expect(await journal.admin.counts()).toContainEqual({ flow: 'f', hop: 'a', what: 'in', n: 2 })
  })

  it('says corrupt when its pages have been damaged', async () => {
    const { directory, file } = await place()
    const first = journalOn(file)
    await first.open(hops)
    await first.accept(
      Array.from({ length: 500 }, (_, i) => entry(`m${i}`, { body: `"${'y'.repeat(500)}"` })),
    )
    await first.close()
    const damaged = join(directory, 'damaged.db')
    await copyFile(file, damaged)
    await truncate(damaged, 20_000)
    const journal = journalOn(damaged)
    const call = journal
      .open(hops)
      .then(() => journal.claim({ wants: hops.map((ref) => ({ ...ref, max: 500 })), max: 500, leaseMs: 1 }))
    expect((await refusal(call)).trouble).toBe('corrupt')
  })

  it('says that it was opened already', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    const { trouble, message } = await refusal(journal.open(hops))
    expect(trouble).toBe('in-use')
    expect(message).toContain('call open() once')
  })

  it('refuses to join a transaction of the caller', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    expect((await refusal(journal.accept([entry('m')], { tx: {} }))).message).toContain('leave out `tx`')
  })
})

describe('options that make no sense', () => {
  it.each([
    [{ file: '' }, 'file'],
    [{ file: ':memory:' }, 'memoryJournal()'],
    [{ file: 'x', processes: 2 }, 'processes'],
    [{ file: 'x', thread: 'both' }, 'thread'],
    [{ file: 'x', maxGroup: 0 }, 'maxGroup'],
    [{ file: 'x', maxBytes: 1 }, 'maxBytes'],
    [{ file: 'x', retention: { dead: 'soon' } }, 'retention.dead'],
  ])('%j is refused, by the name of the option', (options, name) => {
    expect(() => sqlite(options as never)).toThrow(name)
  })
})

describe('the version of SQLite', () => {
  it('is refused below 3.51.3 for several processes, and warned of for one', () => {
    expect(judgeVersion('3.51.2', 'many')).toBe('refuse')
    expect(judgeVersion('3.51.2', 'one')).toBe('warn')
    expect(judgeVersion('3.9.9', 'many')).toBe('refuse')
    expect(judgeVersion('3.51.3', 'many')).toBe('fine')
    expect(judgeVersion('3.53.4', 'many')).toBe('fine')
    expect(judgeVersion('4.0.0', 'one')).toBe('fine')
  })
})

describe('naming a trouble', () => {
  it.each([
    [{ errcode: 13 }, 'full'],
    [{ errcode: 8 | (1 << 8) }, 'unwritable'],
    [{ errcode: 11 }, 'corrupt'],
    [{ errcode: 10 | (4 << 8) }, 'failed'],
    [{ code: 'EACCES' }, 'unwritable'],
    [{ code: 'ENOSPC' }, 'full'],
    [{ code: 'EMFILE' }, 'failed'],
    [new EngineTrouble('newer-schema', 'too new'), 'newer-schema'],
  ])('%j is %s', (error, trouble) => {
    expect(troubleOf(error, '/data/j.db').trouble).toBe(trouble)
  })

  it('names the limits that may have been reached', () => {
    for (const error of [{ code: 'EMFILE' }, { errcode: 10 | (3 << 8) }, { errcode: 14 }])
      expect(troubleOf(error, '/data/j.db').message).toContain('ulimit')
  })
})
