import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { directoryStore } from '../../src/patterns/directory-store.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claims-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const hex = (text: string): string => createHash('sha256').update(text).digest('hex')
const bytes = (text: string) => (): Uint8Array => Buffer.from(text)
const thrown = (promise: Promise<unknown>): Promise<{ readonly _tag?: string; readonly message: string }> =>
  promise.then(
    () => expect.unreachable('it did not reject'),
    (error: { readonly _tag?: string; readonly message: string }) => error,
  )

describe('a directory that others write to', () => {
  test('a link in the place of a claim is not followed, neither to read nor to store', async () => {
    const claims = join(dir, 'claims')
    await mkdir(claims)
    await writeFile(join(dir, 'secret'), 'secret')
    await symlink(join(dir, 'secret'), join(claims, hex('k')))
    const store = directoryStore({ dir: claims })
    const failures = [
      await thrown(store.put('k', bytes('mine'))),
      await thrown(store.open({ provider: 'claims', id: hex('k'), version: '' })),
    ]
    for (const f of failures) {
      expect(f._tag).toBe('StoreUnavailable')
      expect(f.message).toContain('(ELOOP): a symbolic link')
      expect(f.message).not.toContain(dir)
    }
    await store.remove({ provider: 'claims', id: hex('k'), version: '' })
    expect(await readFile(join(dir, 'secret'), 'utf8')).toBe('secret')
    const claim = await store.put('k', bytes('mine'))
    expect((await buffer(await store.open(claim))).toString()).toBe('mine')
  })

  test('a directory that vanishes while bytes are stored is a transient failure, and is made anew the next time', async () => {
    const claims = join(dir, 'claims')
    const store = directoryStore({ dir: claims })
    const vanishing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one')
      await rm(claims, { recursive: true })
      yield Buffer.from('two')
    }
    const failure = await thrown(store.put('k', vanishing))
    expect(failure).toMatchObject({ _tag: 'StoreUnavailable', kind: 'transient', code: 'ENOENT' })
    expect(failure.message).toBe(
      'store "claims" cannot store a claim (ENOENT): its directory was removed while it was at work: leave it in place',
    )
    const claim = await store.put('k', bytes('again'))
    expect((await buffer(await store.open(claim))).toString()).toBe('again')
    await rm(claims, { recursive: true })
    expect((await thrown(store.open(claim)))._tag).toBe('ClaimMissing')
    expect(await store.sweep('1ms')).toBe(0)
  })

  test('a directory is made, with those above it, wherever the process is, and an age that is none rejects', async () => {
    const here = relative(process.cwd(), dir)
    const store = directoryStore({ dir: join(here, 'a', 'b', 'c') })
    const claim = await store.put('k', bytes('x'))
    expect(await readdir(join(dir, 'a', 'b', 'c'))).toEqual([claim.id])
    await expect(store.sweep('old' as never)).rejects.toThrow('store "claims": sweep')
  })

  test('keys of every kind are names of their own, and none leaves the directory', async () => {
    const store = directoryStore({ dir: join(dir, 'claims') })
    const keys = [
      '',
      '..',
      '../x',
      '/',
      'a\0b',
      'a/b',
      'a\nb',
      '\u{1F600}',
      'x'.repeat(100_000),
      'con',
      '.part',
    ]
    const claims = await Promise.all(keys.map((key) => store.put(key, bytes(key))))
    expect(new Set(claims.map((c) => c.id)).size).toBe(keys.length)
    expect(await readdir(dir)).toEqual(['claims'])
    for (const [i, claim] of claims.entries())
      expect((await buffer(await store.open(claim))).toString()).toBe(keys[i])
  })
})

describe('two stores of one directory', () => {
  test('that write one key at a time, slowly, give one claim of whole bytes', async () => {
    const slow = (text: string) =>
      async function* (): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < 20; i++) {
          yield Buffer.from(text.repeat(1000))
          await after(1)
        }
      }
    const [one, two] = [directoryStore({ dir }), directoryStore({ dir })]
    const claims = await Promise.all([
      one.put('k', slow('1')),
      two.put('k', slow('2')),
      one.put('k', slow('3')),
    ])
    expect(new Set(claims.map((c) => c.sha256)).size).toBe(1)
    const whole = (await buffer(await two.open(claims[0]))).toString()
    expect([whole.length, new Set(whole).size]).toEqual([20_000, 1])
    expect(await readdir(dir)).toEqual([claims[0].id])
  })

  test('of which one removes while the other stores again give a claim that is there', async () => {
    const store = directoryStore({ dir })
    for (let i = 0; i < 50; i++) {
      const first = await store.put('k', bytes('x'))
      const [claim] = await Promise.all([store.put('k', bytes('x')), store.put('other', bytes('y'))])
      expect(claim).toEqual(first)
      expect((await buffer(await store.open(claim))).toString()).toBe('x')
      await store.remove(claim)
    }
  })
})
