import { copyFile, mkdir, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { claim, entry, hops, journalOn, place, refusal } from '../support/journals.js'
import { idsIn } from './support/ids-in.js'

const threads = ['main', 'worker'] as const

describe.each(threads)('files that go while the journal is open, thread: %s', (thread) => {
  it('refuses to promise anything once the file was moved, and goes on when it is back', async () => {
    const { directory, file } = await place()
    const journal = journalOn(file, { thread })
    await journal.open(hops)
    await journal.accept([entry('before')])
    const away = join(directory, 'away.db')
    await rename(file, away)
    const { trouble, message } = await refusal(journal.accept([entry('meanwhile')]))
    expect(trouble).toBe('unwritable')
    expect(message).toContain(`${file} was deleted, moved or replaced`)
    expect((await refusal(journal.claim({ wants: [], max: 1, leaseMs: 1 }))).trouble).toBe('unwritable')
    await rename(away, file)
    await journal.accept([entry('after')])
    expect((await claim(journal)).map(({ id }) => id)).toEqual(['before', 'after'])
  })

  it('refuses to promise anything once its directory has vanished', async () => {
    const { directory } = await place()
    const inner = join(directory, 'inner')
    await mkdir(inner)
    const journal = journalOn(join(inner, 'journal.db'), { thread })
    await journal.open(hops)
    await journal.accept([entry('before')])
    await rename(inner, join(directory, 'gone'))
    expect((await refusal(journal.accept([entry('meanwhile')]))).trouble).toBe('unwritable')
    await rename(join(directory, 'gone'), inner)
    await journal.accept([entry('after')])
  })

  it('notices a file that was put in its place', async () => {
    const { directory, file } = await place()
    const journal = journalOn(file, { thread })
    await journal.open(hops)
    await writeFile(join(directory, 'other'), '')
    await rename(join(directory, 'other'), file)
    expect((await refusal(journal.accept([entry('m')]))).trouble).toBe('unwritable')
  })

  it('writes what it has acknowledged into the file when its log was deleted', async () => {
    const { directory, file } = await place()
    const journal = journalOn(file, { thread })
    await journal.open(hops)
    await journal.accept([entry('acknowledged')])
    await unlink(`${file}-wal`)
    const { trouble, message } = await refusal(journal.accept([entry('refused')]))
    expect([trouble, message.includes(`${file}-wal`)]).toEqual(['unwritable', true])
    // As it would be found after a kill: the log is not there, so the file alone must have it.
    const killed = join(directory, 'killed.db')
    await copyFile(file, killed)
    expect(await idsIn(killed)).toEqual(['acknowledged'])
  })
})

describe('a log without its journal', () => {
  it('is not thrown away, as SQLite would, with the messages that are in it', async () => {
    const { directory, file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    await journal.accept([entry('m')])
    const [kept, log] = [join(directory, 'kept.db'), join(directory, 'kept.db-wal')]
    await copyFile(`${file}-wal`, log)
    await copyFile(file, join(directory, 'main'))
    const { trouble, message } = await refusal(journalOn(kept).open(hops))
    expect(trouble).toBe('corrupt')
    expect(message).toContain('Put the file back')
    expect(existsSync(log)).toBe(true)
    await rename(join(directory, 'main'), kept)
    expect(await idsIn(kept)).toEqual(['m'])
  })
})

describe('the lock, deleted while the journal is open', () => {
  it.each(['one', 'many'] as const)(
    'is made anew, so that a second runtime is still refused: %s',
    async (processes) => {
      const { file } = await place()
      const journal = journalOn(file, { processes })
      await journal.open(hops)
      await rm(`${file}.lock`)
      await journal.accept([entry('m')])
      expect((await refusal(journalOn(file).open(hops))).trouble).toBe('in-use')
      expect((await claim(journal)).map(({ id }) => id)).toEqual(['m'])
    },
  )

  it('and another runtime was quicker: the first stops for good', async () => {
    const { file } = await place()
    const first = journalOn(file)
    await first.open(hops)
    await first.accept([entry('m')])
    const [held] = await claim(first)
    await rm(`${file}.lock`)
    const second = journalOn(file)
    await second.open(hops)
    const done = { lease: held!.lease, as: 'done', why: 'delivered' } as const
    expect((await refusal(first.commit([done]))).trouble).toBe('in-use')
    expect((await claim(second)).map(({ id }) => id)).toEqual(['m'])
    await second.close()
    // What it had in hand may have been done by the other one.
    expect((await refusal(first.commit([done]))).trouble).toBe('in-use')
  })
})

describe('a backup', () => {
  const copied = async (file: string, copy: string): Promise<void> => {
    await copyFile(file, copy)
    await copyFile(`${file}-wal`, `${copy}-wal`)
  }
  const vacuumed = async (file: string, copy: string): Promise<void> => {
    const reader = new DatabaseSync(file, { readOnly: true })
    reader.prepare('VACUUM INTO ?').run(copy)
    reader.close()
  }

  it.each([
    ['by VACUUM INTO', vacuumed],
    ['as file and log, while no checkpoint comes in between', copied],
  ])('is whole when it is made while messages come in: %s', async (_, back) => {
    const { directory, file } = await place()
    const journal = journalOn(file, { thread: 'worker' })
    await journal.open(hops)
    await journal.accept(Array.from({ length: 50 }, (_, i) => entry(`old${i}`)))
    let ended = false
    const coming = (async () => {
      for (let i = 0; !ended; i++) await journal.accept([entry(`new${i}`)])
    })()
    const copy = join(directory, 'copy.db')
    await back(file, copy)
    ended = true
    await coming
    const ids = await idsIn(copy)
    const fresh = ids.filter((id) => id.startsWith('new'))
    expect(ids.length - fresh.length).toBe(50)
    // What came meanwhile is there from its beginning, without a gap.
    expect(fresh).toEqual(fresh.map((_, i) => `new${i}`))
  })
})
