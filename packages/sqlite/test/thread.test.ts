import { pathToFileURL } from 'node:url'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seededRandom, silentLogger, systemClock } from '@xconnector/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ThreadHost } from '../src/host/thread-host.js'
import { SqliteJournal } from '../src/journal/sqlite-journal.js'
import { entry, hops, journalOn, place, refusal } from './support/journals.js'

/** A journal whose thread runs this code once it is open, in place of serving. */
const journalWithThread = async (code: string): Promise<SqliteJournal> => {
  const { directory, file } = await place()
  const program = join(directory, 'thread.mjs')
  await writeFile(
    program,
    `
    import { parentPort } from 'node:worker_threads'
    parentPort.postMessage({ opening: { opened: { unknown: [], unclean: false }, remarks: [] } })
    parentPort.on('message', () => { ${code} })`,
  )
  const settings = { file, processes: 'one', keepDead: {} } as const
  const ports = { clock: systemClock, random: seededRandom(1), log: silentLogger }
  const journal = new SqliteJournal(
    settings,
    ports,
    new ThreadHost(settings, ports, 256, () => pathToFileURL(program)),
  )
  onTestFinished(() => journal.drop())
  return journal
}

describe('a thread that dies', () => {
  it.each([
    ['throws', "throw new Error('out of order')", 'out of order'],
    ['exits', 'process.exit(3)', 'exit code 3'],
  ])(
    'because it %s, makes every call that waits, and every later one, fail with JournalUnavailable',
    async (_, code, why) => {
      const journal = await journalWithThread(code)
      await journal.open(hops)
      const calls = [journal.accept([entry('a')]), journal.read(['s']), journal.admin.counts()]
      for (const call of calls) {
        const { trouble, message } = await refusal(call)
        expect(trouble).toBe('failed')
        expect(message).toContain(why)
      }
      expect((await refusal(journal.accept([entry('b')]))).trouble).toBe('failed')
    },
  )

  it('before it is open, makes open fail', async () => {
    const { directory, file } = await place()
    const settings = { file, processes: 'one', keepDead: {} } as const
    const ports = { clock: systemClock, random: seededRandom(1), log: silentLogger }
    const nowhere = pathToFileURL(join(directory, 'nowhere.mjs'))
    const journal = new SqliteJournal(settings, ports, new ThreadHost(settings, ports, 256, () => nowhere))
    expect((await refusal(journal.open(hops))).trouble).toBe('failed')
  })
})

describe('the thread', () => {
  it('serves what was asked before close', async () => {
    const { file } = await place()
    const journal = journalOn(file, { thread: 'worker' })
    await journal.open(hops)
    const accepted = journal.accept([entry('m')])
    await journal.close()
    expect(await accepted).toEqual([{ id: 'm', as: 'accepted' }])
    const next = journalOn(file)
    expect((await next.open(hops)).unclean).toBe(false)
    expect(await next.admin.find({ limit: 9 })).toHaveLength(1)
  })

  it('refuses what cannot be cloned, to its caller only', async () => {
    const { file } = await place()
    const journal = journalOn(file, { thread: 'worker' })
    await journal.open(hops)
    const broken = refusal(journal.accept([entry('x', { dead: (() => 1) as never })]))
    const fine = journal.accept([entry('y')])
    expect((await broken).message).toContain('JSON values only')
    expect(await fine).toEqual([{ id: 'y', as: 'accepted' }])
  })
})
