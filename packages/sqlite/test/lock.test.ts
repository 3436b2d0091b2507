import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { entry, hops, journalOn, place, refusal } from './support/journals.js'

const holder = async (file: string): Promise<ChildProcess> => {
  const child = fork(fileURLToPath(new URL('support/hold-lock.mjs', import.meta.url)), [file], {
    execArgv: [],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}

describe.each(['main', 'worker'] as const)('one process, thread: %s', (thread) => {
  it('a second runtime on the file is refused at once, by name of the file, with the remedy', async () => {
    const { file } = await place()
    const first = journalOn(file, { thread })
    await first.open(hops)
    const { trouble, message } = await refusal(journalOn(file, { thread }).open(hops))
    expect(trouble).toBe('in-use')
    expect(message).toContain(file)
    expect(message).toContain("processes: 'many'")
    await first.accept([entry('m')])
  })

  it('the refused one can open the file when the first has closed it', async () => {
    const { file } = await place()
    const first = journalOn(file, { thread })
    const second = journalOn(file, { thread })
    await first.open(hops)
    expect((await refusal(second.open(hops))).trouble).toBe('in-use')
    await first.close()
    expect((await second.open(hops)).unclean).toBe(false)
  })
})

describe('the lock', () => {
  it('of another process refuses us, and is free as soon as that one is killed', async () => {
    const { file } = await place()
    const child = await holder(file)
    const journal = journalOn(file)
    expect((await refusal(journal.open(hops))).trouble).toBe('in-use')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect((await journal.open(hops)).unclean).toBe(false)
  })

  it('keeps a runtime for one process away from those for many, and the other way round', async () => {
    const { file } = await place()
    const many = journalOn(file, { processes: 'many' })
    await many.open(hops)
    expect((await refusal(journalOn(file).open(hops))).trouble).toBe('in-use')
    await many.close()
    const one = journalOn(file)
    await one.open(hops)
    const { trouble, message } = await refusal(journalOn(file, { processes: 'many' }).open(hops))
    expect(trouble).toBe('in-use')
    expect(message).toContain("processes: 'one'")
  })

  it('of many is waited for while one of them asks whether it is alone, however slow that one is', async () => {
    const { file } = await place()
    const child = await holder(file)
    child.send(1000)
    expect((await journalOn(file, { processes: 'many' }).open(hops)).unclean).toBe(false)
  })

  it('lets readers look at the journal', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    await journal.accept([entry('m')])
    const reader = new DatabaseSync(file, { readOnly: true })
    expect(reader.prepare('SELECT id FROM entry').all()).toEqual([{ id: 'm' }])
    reader.close()
  })
})

it('all files of a journal can be read by their owner only', async () => {
  const { file } = await place()
  const journal = journalOn(file)
  await journal.open(hops)
  await journal.accept([entry('m')])
  for (const end of ['', '-wal', '-shm', '.lock']) expect((await stat(file + end)).mode & 0o777).toBe(0o600)
})
