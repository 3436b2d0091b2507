import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { Secret } from '@xconnector/core'
import {
  fileTokens,
  http,
  memoryTokens,
  refreshToken,
  type KeptTokens,
  type RefreshTokenOptions,
  type TokenStore,
} from '../../src/index.js'
import { manualClock, passing, type ManualClock } from '../support/manual-clock.js'
import { oauthServer, type OAuthServer } from '../support/oauth-server.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const rotating = async (): Promise<OAuthServer> => {
  const server = await oauthServer({ expiresIn: 100, rotates: true })
  server.refresh.add('rt-0')
  closing.push(() => server[Symbol.asyncDispose]())
  return server
}

/** A process of its own, as far as tokens go: it shares nothing but the store. */
const processOn = (
  server: OAuthServer,
  store: TokenStore,
  clock: ManualClock,
  more: Partial<RefreshTokenOptions> = {},
) => {
  const client = http({
    name: 'api',
    baseUrl: server.url,
    auth: refreshToken({
      tokenEndpoint: `${server.url}/token`,
      client: { id: 'c1', secret: 's3cret' },
      refreshToken: new Secret('rt-0'),
      random: { next: () => 0 },
      store,
      ...(more as object),
    }),
    ports: { clock, log: { debug() {}, info() {}, warn() {}, error() {} } },
  })
  closing.push(() => client.close())
  return client.query({ name: 'get', path: '/' })
}

const expired = (clock: ManualClock): void => clock.advance(100_000)

describe('a refresh token that rotates', () => {
  test('is stored before the access token that came with it is used', async () => {
    const server = await rotating()
    const order: string[] = []
    const inner = memoryTokens()
    const store: TokenStore = {
      read: (key) => inner.read(key),
      swap(key, expect, kept) {
        order.push(`${kept.tokens?.refresh ?? 'none'} after ${server.called.length} calls`)
        return inner.swap(key, expect, kept)
      },
    }
    const clock = manualClock()
    const get = processOn(server, store, clock)
    await get.run()
    expired(clock)
    await get.run()
    expect(order).toEqual([
      'none after 0 calls',
      'rt-1-secret after 0 calls',
      'rt-1-secret after 1 calls',
      'rt-2-secret after 1 calls',
    ])
    expect(server.asked.map((a) => a.form.get('refresh_token'))).toEqual(['rt-0', 'rt-1-secret'])
  })

  test('that could not be stored is not used, nor lost: it is stored before anything else is asked', async () => {
    const server = await rotating()
    const inner = memoryTokens()
    let broken = true
    const store: TokenStore = {
      read: (key) => inner.read(key),
      swap(key, expect, kept) {
        if (broken && kept.tokens !== undefined) throw new Error('disk full')
        return inner.swap(key, expect, kept)
      },
    }
    const clock = manualClock()
    const get = processOn(server, store, clock)
    expect(await get.call()).toMatchObject({
      left: { _tag: 'ConnectFailed', cause: { _tag: 'TokenFailed', step: 'store', kind: 'transient' } },
    })
    expect(server.called).toEqual([])
    broken = false
    clock.advance(60_000)
    await get.run()
    expect(server.asked).toHaveLength(1)
    expect(server.called.map((c) => c.token)).toEqual(['at-1-secret'])
  })

  test('goes on from the store after a restart, and an access token that is good is not asked for again', async () => {
    const server = await rotating()
    const store = memoryTokens()
    const clock = manualClock()
    await processOn(server, store, clock).run()
    await processOn(server, store, clock).run()
    expect(server.asked).toHaveLength(1)
    expired(clock)
    await processOn(server, store, clock).run()
    expect(server.asked.map((a) => a.form.get('refresh_token'))).toEqual(['rt-0', 'rt-1-secret'])
  })

  test('loses against another one in the configuration', async () => {
    const server = await rotating()
    const store = memoryTokens()
    const clock = manualClock()
    await processOn(server, store, clock).run()
    server.refresh.add('rt-new')
    expired(clock)
    const get = processOn(server, store, clock, { refreshToken: 'rt-new' })
    await get.run()
    expired(clock)
    await get.run()
    expect(server.asked.map((a) => a.form.get('refresh_token'))).toEqual(['rt-0', 'rt-new', 'rt-2-secret'])
  })
})

describe('several processes on one store', () => {
  test('renew once: the others wait for what the first one stores', async () => {
    const server = await rotating()
    const store = memoryTokens()
    const clock = manualClock()
    const calls = Array.from({ length: 5 }, () => processOn(server, store, clock)).map((get) => get.call())
    const results = await passing(clock, Promise.all(calls))
    expect(results.map((r) => r._tag)).toEqual(['Right', 'Right', 'Right', 'Right', 'Right'])
    expect(server.asked).toHaveLength(1)
  })

  test('do not wait for ever for one that died while it renewed', async () => {
    const server = await rotating()
    const store = memoryTokens()
    const clock = manualClock()
    const get = processOn(server, store, clock)
    await get.run()
    const key = JSON.stringify([`${server.url}/token`, 'c1', '', '', '', ''])
    const { version, tokens } = (await store.read(key))!
    await store.swap(key, version, { tokens: tokens!, renewing: { until: clock.now() + 120_000 } })
    clock.advance(119_000)
    expect(await passing(clock, get.call(), 250)).toMatchObject({ _tag: 'Right' })
    expect(server.asked).toHaveLength(2)
  })

  test('a refusal that another process has mended meanwhile is not told', async () => {
    const server = await rotating()
    const inner = memoryTokens()
    const clock = manualClock()
    await processOn(server, inner, clock).run()
    expired(clock)
    let stale = true
    // Somebody authorized anew between our reading and the server's answer.
    server.refresh.clear()
    server.refresh.add('rt-other')
    const store: TokenStore = {
      read: (key) => inner.read(key),
      async swap(key, expect, kept) {
        const done = await inner.swap(key, expect, kept)
        if (stale && kept.renewing !== undefined) {
          stale = false
          const { tokens } = kept
          await inner.swap(key, expect + 1, { tokens: { ...tokens!, refresh: 'rt-other' } })
        }
        return done
      },
    }
    expect(await processOn(server, store, clock).call()).toMatchObject({ _tag: 'Right' })
    expect(server.asked.map((a) => a.form.get('refresh_token'))).toEqual(['rt-0', 'rt-1-secret', 'rt-other'])
  })
})

describe('a store that is broken', () => {
  test.each([
    ['never lets anybody write', () => false],
    ['lets nobody write tokens', (kept: KeptTokens) => kept.tokens === undefined],
  ])('and %s is given up', async (_, lets) => {
    const server = await rotating()
    const inner = memoryTokens()
    const clock = manualClock()
    const store: TokenStore = {
      read: (key) => inner.read(key),
      swap: (key, expect, kept) => lets(kept) && inner.swap(key, expect, kept),
    }
    expect(await passing(clock, processOn(server, store, clock).call(), 250)).toMatchObject({
      left: { _tag: 'ConnectFailed', cause: { _tag: 'TokenFailed', kind: 'transient' } },
    })
    expect(server.called).toEqual([])
  })
})

describe.each(['memory', 'files'] as const)('the store of %s', (which) => {
  const storeOf = async (): Promise<TokenStore> => {
    if (which === 'memory') return memoryTokens()
    const directory = await mkdtemp(join(tmpdir(), 'tokens-'))
    closing.push(() => rm(directory, { recursive: true, force: true }))
    return fileTokens({ directory: join(directory, 'deep') })
  }
  const tokens = (access: string): KeptTokens => ({ tokens: { access, askedAt: 1 } })

  test('writes only over the version that was read', async () => {
    const store = await storeOf()
    expect(await store.read('k')).toBeUndefined()
    expect(await store.swap('k', 1, tokens('a'))).toBe(false)
    expect(await store.swap('k', 0, tokens('a'))).toBe(true)
    expect(await store.swap('k', 0, tokens('b'))).toBe(false)
    expect(await store.swap('k', 1, tokens('b'))).toBe(true)
    expect(await store.read('k')).toEqual({ ...tokens('b'), version: 2 })
    expect(await store.read('other')).toBeUndefined()
  })

  test('of many who write at once lets one win', async () => {
    const store = await storeOf()
    for (let version = 0; version < 5; version++) {
      const won = await Promise.all(
        Array.from({ length: 8 }, async (_, i) => store.swap('k', version, tokens(`${version}/${i}`))),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
      expect((await store.read('k'))?.tokens?.access).toBe(`${version}/${won.indexOf(true)}`)
    }
  })
})

test('files of tokens are for their owner only, and old versions are removed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tokens-'))
  closing.push(() => rm(directory, { recursive: true, force: true }))
  const inner = join(directory, 'deep')
  const store = fileTokens({ directory: inner })
  const key = 'a "key" / of any kind'
  for (let v = 0; v < 3; v++) {
    await store.swap(key, v, { tokens: { access: 'x', askedAt: v } })
    // As if they had been written some minutes ago.
    if (v < 2) for (const file of await readdir(inner)) await utimes(join(inner, file), 1, 1)
  }
  const files = await readdir(inner)
  expect(files).toEqual([expect.stringMatching(/^[0-9a-f]{40}\.3$/)])
  expect((await stat(join(inner, files[0]!))).mode & 0o777).toBe(0o600)
  expect((await stat(inner)).mode & 0o777).toBe(0o700)
  await writeFile(join(inner, files[0]!), 'no json')
  await expect(store.read(key)).rejects.toThrow()
  expect(() => fileTokens({ directory: '' })).toThrow(/directory/)
})
