import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { directoryStore } from '../../src/patterns/directory-store.js'
import { counted } from './claims.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claims-'))
})
afterEach(() => rm(dir, { recursive: true }))

const hex = (text: string): string => createHash('sha256').update(text).digest('hex')
const bytes = (text: string) => (): Uint8Array => Buffer.from(text)
const clockAt = (now: number) => ({ now: () => now })

describe('directoryStore', () => {
  test('keeps one file a claim, for its user alone, with size and hash in the claim', async () => {
    const store = directoryStore({ dir: join(dir, 'a', 'b'), name: 'scans' })
    const claim = await store.put('order-1', bytes('pixels'))
    expect(claim).toEqual({
      provider: 'scans',
      id: hex('order-1'),
      version: hex('pixels'),
      sha256: hex('pixels'),
      size: 6,
    })
    const [name, ...more] = await readdir(join(dir, 'a', 'b'))
    expect([name, more]).toEqual([claim.id, []])
    expect((await stat(join(dir, 'a', 'b', name!))).mode & 0o777).toBe(0o600)
    expect((await stat(join(dir, 'a', 'b'))).mode & 0o777).toBe(0o700)
    expect((await buffer(await store.open(claim))).toString()).toBe('pixels')
    expect((await buffer(await store.open(claim, { start: 4 }))).toString()).toBe('ls')
    expect((await buffer(await store.open(claim, { start: 400 }))).length).toBe(0)
  })

  test('nothing, and empty streams, are claims too', async () => {
    const store = directoryStore({ dir })
    const claim = await store.put('empty', () => counted([]).stream)
    expect(claim).toMatchObject({ size: 0, sha256: hex('') })
    expect((await buffer(await store.open(claim))).length).toBe(0)
  })

  test('the first bytes of a key stay, for another process too; the second are not even opened', async () => {
    const first = await directoryStore({ dir }).put('k', bytes('one'))
    let opened = 0
    const again = await directoryStore({ dir }).put('k', () => {
      opened++
      return Buffer.from('two')
    })
    expect([again, opened]).toEqual([first, 0])
  })

  test('of several writers of one key at a time one wins, and all get its claim', async () => {
    const store = directoryStore({ dir })
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.put('k', bytes(`writer ${i}`))),
    )
    expect(new Set(claims.map((c) => c.sha256)).size).toBe(1)
    expect(await readdir(dir)).toEqual([claims[0]!.id])
    expect(hex((await readFile(join(dir, claims[0]!.id))).toString())).toBe(claims[0]!.sha256)
  })

  test('no key leads out of the directory, and no claim does', async () => {
    const store = directoryStore({ dir: join(dir, 'claims') })
    await writeFile(join(dir, 'secret'), 'secret')
    await store.put('../../secret', bytes('x'))
    await symlink(join(dir, 'secret'), join(dir, 'claims', hex('link')))
    expect((await readdir(dir)).toSorted()).toEqual(['claims', 'secret'])
    for (const id of [
      '../secret',
      '/etc/passwd',
      '..',
      '',
      'a'.repeat(64).toUpperCase(),
      `${hex('x')}/../x`,
    ]) {
      const claim = { provider: 'claims', id, version: '1' }
      await expect(store.open(claim)).rejects.toMatchObject({ _tag: 'ClaimMissing', kind: 'permanent' })
      await store.remove(claim)
    }
    const link = { provider: 'claims', id: hex('link'), version: '1' }
    await expect(store.open(link)).rejects.toMatchObject({ _tag: 'StoreUnavailable' })
    expect(await readFile(join(dir, 'secret'), 'utf8')).toBe('secret')
  })

  test('a stream that breaks leaves nothing behind, and is destroyed', async () => {
    const store = directoryStore({ dir })
    const { stream } = counted([Buffer.from('half'), new Error('cut')])
    await expect(store.put('k', () => stream)).rejects.toMatchObject({ _tag: 'StreamBroken' })
    expect([await readdir(dir), stream.destroyed]).toEqual([[], true])
    expect(await store.put('k', bytes('whole'))).toMatchObject({ size: 5 })
  })

  test('what opening the bytes throws is thrown as it is, even when the system said it', async () => {
    const store = directoryStore({ dir })
    const missing = Object.assign(new Error('ENOENT'), { syscall: 'open', code: 'ENOENT' })
    await expect(store.put('k', () => Promise.reject(missing))).rejects.toBe(missing)
    expect(await readdir(dir)).toEqual([])
  })

  test('a crash leaves no half file: what was being written has no name of its own, and sweep removes it', async () => {
    const half = `${hex('k')}.0190-part-of-a-dead-process.part`
    await writeFile(join(dir, half), 'hal')
    await writeFile(join(dir, 'README'), 'not ours')
    await utimes(join(dir, half), 1000, 1000)
    const store = directoryStore({ dir, clock: clockAt(10_000_000) })
    await expect(store.open({ provider: 'claims', id: hex('k'), version: '' })).rejects.toMatchObject({
      _tag: 'ClaimMissing',
    })
    const claim = await store.put('k', bytes('whole'))
    expect((await buffer(await store.open(claim))).toString()).toBe('whole')
    expect(await store.sweep('1h')).toBe(1)
    expect((await readdir(dir)).toSorted()).toEqual([claim.id, 'README'].toSorted())
  })

  test('sweeps by age, by its own clock; what was put again counts as new', async () => {
    const at = (now: number) => directoryStore({ dir, clock: clockAt(now) })
    await at(0).put('a', bytes('a'))
    const b = await at(0).put('b', bytes('b'))
    await at(3_600_000).put('b', bytes('b'))
    expect(await at(-3_600_000).sweep('1m')).toBe(0)
    expect(await at(3_600_001).sweep('1h')).toBe(1)
    expect(await readdir(dir)).toEqual([b.id])
    expect(await directoryStore({ dir: join(dir, 'nowhere') }).sweep('1h')).toBe(0)
  })

  test('removes a claim, and does not mind when there is none', async () => {
    const store = directoryStore({ dir })
    const claim = await store.put('k', bytes('x'))
    await store.remove(claim)
    await store.remove(claim)
    await expect(store.open(claim)).rejects.toMatchObject({ _tag: 'ClaimMissing' })
  })

  test('what the system refuses is transient, with the code and what to do', async () => {
    await writeFile(join(dir, 'file'), '')
    const store = directoryStore({ dir: join(dir, 'file') })
    await expect(store.put('k', bytes('x'))).rejects.toMatchObject({
      _tag: 'StoreUnavailable',
      kind: 'transient',
      code: 'ENOTDIR',
      message: 'store "claims" cannot store a claim (ENOTDIR): its directory is a file, or lies below one',
    })
  })

  test('never writes through what it finds under a temporary name', async () => {
    await writeFile(join(dir, 'other'), 'untouched')
    await symlink(join(dir, 'other'), join(dir, `${hex('k')}.taken.part`))
    const store = directoryStore({ dir, ids: { next: () => 'taken' } })
    await expect(store.put('k', bytes('x'))).rejects.toMatchObject({
      _tag: 'StoreUnavailable',
      code: 'EEXIST',
    })
    expect(await readFile(join(dir, 'other'), 'utf8')).toBe('untouched')
  })

  test('a piece that is no bytes fails the put, and leaves nothing behind', async () => {
    const odd = async function* (): AsyncGenerator<Uint8Array, void, void> {
      yield Buffer.from('half')
      yield { not: 'bytes' } as never
    }
    await expect(directoryStore({ dir }).put('k', odd)).rejects.toBeInstanceOf(TypeError)
    expect(await readdir(dir)).toEqual([])
  })

  test('an abort ends a stream that waits for its next byte', async () => {
    const store = directoryStore({ dir })
    const stop = new AbortController()
    const stream = new Readable({ read: () => stop.abort(new Error('stopping')) })
    const put = store.put('k', () => stream, { signal: stop.signal })
    await expect(put).rejects.toThrow('stopping')
    expect([stream.destroyed, await readdir(dir)]).toEqual([true, []])
  })

  test('takes a piece only when those before it are on their way to the disk, and reads as it is read from', async () => {
    const store = directoryStore({ dir })
    const piece = randomBytes(1024 * 1024)
    let ahead = 0
    const pieces = async function* (): AsyncGenerator<Uint8Array, void, void> {
      for (let taken = 0; taken < 64; taken++) {
        const [part] = await readdir(dir)
        ahead = Math.max(ahead, taken * piece.length - (await stat(join(dir, part!))).size)
        yield piece
      }
    }
    const claim = await store.put('large', pieces)
    expect([claim.size, ahead]).toEqual([64 * piece.length, 0])
    const stream = await store.open(claim)
    await once(stream, 'readable')
    // Nobody reads: nothing but the first pieces is in memory.
    expect(stream.readableLength).toBeLessThanOrEqual(512 * 1024)
    stream.destroy()
  })
})
