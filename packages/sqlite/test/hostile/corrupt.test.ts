import { copyFile, open, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { claim, entry, hops, journalOn, place, refusal } from '../support/journals.js'
import { flip, pageOf } from './support/flip.js'
import { idsIn } from './support/ids-in.js'
import { numbers } from './support/numbers.js'

const body = JSON.stringify('y'.repeat(500))
const many = Array.from({ length: 300 }, (_, i) => entry(`m${i}`, { body }))

/** A journal that was closed in order, with 300 messages in it. */
const closed = async (): Promise<string> => {
  const { file } = await place()
  const journal = journalOn(file)
  await journal.open(hops)
  await journal.accept(many)
  await journal.close()
  return file
}

/** Opens it, and claims all. */
const use = async (file: string): Promise<unknown> => {
  const journal = journalOn(file)
  await journal.open(hops)
  return claim(journal, 1000)
}

describe('a damaged page', () => {
  it.each([
    ['the header', () => 0],
    ['the page of the schema', () => 100],
    ['a page of the table', (file: string) => pageOf(file, 'entry')],
    ['a page of the index that is read', (file: string) => pageOf(file, 'entry_ready')],
  ])('%s: the journal says corrupt, where, and what to do', async (_, where) => {
    const file = await closed()
    await flip(file, where(file))
    const { trouble, message } = await refusal(use(file))
    expect(trouble).toBe('corrupt')
    expect(message).toContain(file)
    expect(message).toContain('restore a backup')
  })

  it('under a running service: it says troubled, turns senders away, and sends nothing twice', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    const service = await numbers(journal)
    await service.give(1)
    await expect
      .poll(() => service.runtime.health(), { timeout: 20_000 })
      .toMatchObject({ pending: 0, inFlight: 0 })
    const other = new DatabaseSync(file)
    other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    const at = pageOf(file, 'entry_ready')
    other.close()
    const handle = await open(file, 'r+')
    await handle.write(Buffer.alloc(4096, 0xa5), 0, 4096, at)
    await handle.close()
    // What is cached is not read again before somebody else has written.
    const writer = new DatabaseSync(file)
    writer.exec("INSERT INTO state VALUES('someone', 1, '1')")
    writer.close()
    expect((await refusal(service.give(2))).trouble).toBe('corrupt')
    await expect.poll(() => service.runtime.health().status, { timeout: 20_000 }).toBe('troubled')
    expect(service.load()).toEqual({ retryAfter: 5 })
    expect(service.sent).toEqual([1])
  })

  it('in a stored value is told without a word of what the value was', async () => {
    const file = await closed()
    const db = new DatabaseSync(file)
    db.exec(`UPDATE entry SET memo = 'token=hunter2canary' WHERE id = 'm0'`)
    db.close()
    const { trouble, message } = await refusal(use(file))
    expect(trouble).toBe('corrupt')
    expect(message).not.toContain('hunter2')
  })
})

/** What a process left behind that was killed: ten commits in its log, and where each of them ended. */
const killed = async (): Promise<{ readonly at: string; readonly ends: readonly number[] }> => {
  const { directory, file } = await place()
  const journal = journalOn(file)
  await journal.open(hops)
  const ends: number[] = []
  for (let i = 0; i < 10; i++) {
    await journal.accept([entry(`m${i}`)])
    ends.push((await stat(`${file}-wal`)).size)
  }
  const at = join(directory, 'killed.db')
  for (const end of ['', '-wal', '-shm']) await copyFile(file + end, at + end)
  return { at, ends }
}

const first = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => `m${i}`)
// Of a frame in the log: https://sqlite.org/fileformat2.html#the_write_ahead_log
const FRAME = 24 + 4096

describe('a torn log', () => {
  it.each([
    ['inside of the header of a frame', (end: number) => end - FRAME + 10, 6],
    ['inside of a page', (end: number) => end - 1000, 6],
    ['between two frames', (end: number) => end, 7],
  ])('ends where it was cut, %s: what was whole is there', async (_, cut, whole) => {
    const { at, ends } = await killed()
    await truncate(`${at}-wal`, cut(ends[6]!))
    expect(await idsIn(at)).toEqual(first(whole))
  })

  it('ends before a frame whose checksum is wrong, and holds no half of a commit', async () => {
    const { at, ends } = await killed()
    await flip(`${at}-wal`, ends[6]! - 100)
    expect(await idsIn(at)).toEqual(first(6))
  })

  it('with garbage behind it has lost nothing', async () => {
    const { at } = await killed()
    const log = await readFile(`${at}-wal`)
    await writeFile(`${at}-wal`, Buffer.concat([log, Buffer.alloc(9000, 0x5a)]))
    expect(await idsIn(at)).toEqual(first(10))
  })

  it('whose header is garbage is not written over: open says corrupt, and what to do', async () => {
    const { at } = await killed()
    await flip(`${at}-wal`, 0, 32)
    const before = await readFile(`${at}-wal`)
    const { trouble, message } = await refusal(journalOn(at).open(hops))
    expect(trouble).toBe('corrupt')
    expect(message).toContain(`${at}-wal`)
    expect((await readFile(`${at}-wal`)).equals(before)).toBe(true)
    await flip(`${at}-wal`, 0, 32)
    expect(await idsIn(at)).toEqual(first(10))
  })

  it.each([
    ['missing', (shm: string) => unlink(shm)],
    ['garbage', async (shm: string) => writeFile(shm, Buffer.alloc((await stat(shm)).size, 0xa5))],
    ['cut short', (shm: string) => truncate(shm, 100)],
  ])('has lost nothing when its index in shared memory is %s', async (_, spoil) => {
    const { at } = await killed()
    await spoil(`${at}-shm`)
    expect(await idsIn(at)).toEqual(first(10))
  })
})
