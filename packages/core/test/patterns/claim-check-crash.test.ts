import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { directoryStore, type StoredClaim } from '../../src/patterns/index.js'

const PROCESS = fileURLToPath(new URL('storing-process.mjs', import.meta.url))

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claims-'))
})
afterEach(() => rm(dir, { recursive: true }))

const storing = (key: string, letter: string, pieces: number) =>
  fork(PROCESS, [dir, key, letter, String(pieces)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

describe('processes that store in one directory', () => {
  test('one that is killed in the middle leaves no claim, is stored anew, and swept', async () => {
    const child = storing('k', 'x', 1_000_000)
    const exit = once(child, 'exit')
    expect(await once(child, 'message')).toEqual(['half', undefined])
    child.kill('SIGKILL')
    expect(await exit).toEqual([null, 'SIGKILL'])
    const [part, ...more] = await readdir(dir)
    expect([part, more]).toEqual([expect.stringMatching(/^[0-9a-f]{64}\..*\.part$/), []])

    const store = directoryStore({ dir })
    const claim = await store.put('k', () => Buffer.from('whole'))
    expect((await buffer(await store.open(claim))).toString()).toBe('whole')
    const later = directoryStore({ dir, clock: { now: () => Date.now() + 10_000 } })
    await later.put('k', () => expect.unreachable('it is there already'))
    expect(await later.sweep('1s')).toBe(1)
    expect(await readdir(dir)).toEqual([claim.id])
  })

  test('several that store one key at once get one claim, of whole bytes of one of them', async () => {
    const children = ['1', '2', '3'].map((letter) => storing('k', letter, 40))
    const claims = await Promise.all(
      children.map(async (child) => {
        const heard: unknown[] = []
        child.on('message', (m) => heard.push(m))
        await once(child, 'exit')
        return heard.at(-1) as StoredClaim
      }),
    )
    expect(new Set(claims.map((c) => c.sha256)).size).toBe(1)
    const whole = (await buffer(await directoryStore({ dir }).open(claims[0]!))).toString()
    expect([whole.length, new Set(whole).size]).toEqual([40_000, 1])
    expect(await readdir(dir)).toEqual([claims[0]!.id])
  })
}, 60_000)
