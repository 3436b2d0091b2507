import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom, systemClock } from '@xconnector/core'
import { clientCredentials, http, json, type HttpClient, type OAuthOptions } from '../../src/index.js'
import { manualClock } from '../support/manual-clock.js'
import { oauthServer, type OAuthServerOptions } from '../support/oauth-server.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A client of an API that takes the tokens of the server beside it. */
const setUp = async (options: OAuthServerOptions = {}, more: Partial<OAuthOptions> = {}) => {
  const server = await oauthServer(options)
  const clock = manualClock()
  const said: { readonly message: string; readonly data: object }[] = []
  const say = (data: object, message: string) => void said.push({ message, data })
  const auth = clientCredentials({
    tokenEndpoint: `${server.url}/token`,
    client: { id: 'c1', secret: 's3cret' },
    random: { next: () => 0 },
    ...(more as object),
  })
  const client: HttpClient = http({
    name: 'api',
    baseUrl: server.url,
    auth,
    ports: { clock, log: { debug: say, info: say, warn: say, error: say } },
  })
  closing.push(
    () => client.close(),
    () => server[Symbol.asyncDispose](),
  )
  const get = client.query({ name: 'get', path: '/things' })
  const post = client.target({
    name: 'post',
    method: 'POST',
    path: '/things',
    body: json<object>(),
    effect: 'unsafe',
  })
  return { server, clock, client, get, post, said }
}

describe('a token', () => {
  test('is asked for at the first call, and serves many', async () => {
    const { server, get } = await setUp({ expiresIn: 3600 })
    for (let i = 0; i < 3; i++) await get.run()
    expect(server.asked).toHaveLength(1)
    expect(server.called.map((c) => c.token)).toEqual(['at-1-secret', 'at-1-secret', 'at-1-secret'])
    expect(server.asked[0]?.authorization).toBe(`Basic ${Buffer.from('c1:s3cret').toString('base64')}`)
  })

  test('is asked for once however many calls wait for it', async () => {
    const { server, get } = await setUp({ expiresIn: 3600 })
    const results = await Promise.all(Array.from({ length: 50 }, () => get.call()))
    expect(results.every((r) => r._tag === 'Right')).toBe(true)
    expect(server.asked).toHaveLength(1)
  })

  test('is renewed a tenth of its life ahead, in the background: the old one serves meanwhile', async () => {
    const { server, clock, get } = await setUp({ expiresIn: 1000 })
    await get.run()
    clock.advance(899_999)
    await get.run()
    expect(server.asked).toHaveLength(1)
    clock.advance(1)
    const release = server.hold()
    await get.run()
    await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(2)
    release()
    await expect
      .poll(async () => {
        await get.run()
        return server.called.at(-1)?.token
      })
      .toBe('at-2-secret')
    expect(server.called.slice(0, 3).map((c) => c.token)).toEqual([
      'at-1-secret',
      'at-1-secret',
      'at-1-secret',
    ])
    expect(server.asked).toHaveLength(2)
  })

  test('that expires within 30 s is renewed 30 s ahead, and never in the first half of its life', async () => {
    const { server, clock, get } = await setUp({ expiresIn: 100 })
    await get.run()
    clock.advance(69_000)
    await get.run()
    expect(server.asked).toHaveLength(1)
    clock.advance(1_000)
    await get.run()
    await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(2)
    const short = await setUp({ expiresIn: 20 })
    await short.get.run()
    short.clock.advance(9_999)
    await short.get.run()
    expect(short.server.asked).toHaveLength(1)
  })

  test('that has expired is never sent', async () => {
    const { server, clock, get } = await setUp({ expiresIn: 60 })
    await get.run()
    clock.advance(58_000)
    await get.run()
    expect(server.called.map((c) => c.token)).toEqual(['at-1-secret', 'at-2-secret'])
  })

  test('without an expiry is used until it is refused', async () => {
    const { server, clock, get } = await setUp()
    await get.run()
    clock.advance(30 * 864e5)
    await get.run()
    expect(server.asked).toHaveLength(1)
    server.good.clear()
    await get.run()
    expect(server.called.map((c) => [c.token, c.status])).toEqual([
      ['at-1-secret', 200],
      ['at-1-secret', 200],
      ['at-1-secret', 401],
      ['at-2-secret', 200],
    ])
  })

  test('lives by how long it lasts, not by what time it is over there', async () => {
    const { server, clock, get } = await setUp({ expiresIn: 1000, skewMs: -36e5 })
    await get.run()
    clock.advance(800_000)
    await get.run()
    expect(server.asked).toHaveLength(1)
  })

  test('of one configuration serves all clients that share the auth', async () => {
    const server = await oauthServer({ expiresIn: 60 })
    const auth = clientCredentials({
      tokenEndpoint: `${server.url}/token`,
      client: { id: 'c', secret: 'sss' },
    })
    const clients = ['a', 'b'].map((name) => http({ name, baseUrl: server.url, auth }))
    closing.push(
      () => clients.forEach((c) => c.close()),
      () => server[Symbol.asyncDispose](),
    )
    for (const c of clients) await c.query({ name: 'q', path: '/' }).run()
    expect(server.asked).toHaveLength(1)
  })
})

describe('a 401', () => {
  test('renews the token, and the call is sent once more, also one that is unsafe', async () => {
    const { server, post } = await setUp({ expiresIn: 3600 })
    await post.run({ n: 1 })
    server.good.clear()
    expect(await post.call({ n: 2 })).toMatchObject({ _tag: 'Right' })
    expect(server.called.map((c) => [c.status, c.body])).toEqual([
      [200, '{"n":1}'],
      [401, '{"n":2}'],
      [200, '{"n":2}'],
    ])
  })

  test('that 200 calls got at once costs one renewal', async () => {
    const { server, post } = await setUp({ expiresIn: 3600 })
    await post.run({ n: 0 })
    server.good.clear()
    const results = await Promise.all(Array.from({ length: 200 }, (_, n) => post.call({ n })))
    expect(results.filter((r) => r._tag === 'Right')).toHaveLength(200)
    expect(server.asked).toHaveLength(2)
    expect(server.called.filter((c) => c.status === 401).every((c) => c.token === 'at-1-secret')).toBe(true)
  })

  test('to a token that was just renewed stands: there is no loop, and the server is not asked each call', async () => {
    const { server, clock, get } = await setUp({ expiresIn: 3600, refusesAll: true })
    expect(await get.call()).toMatchObject({ left: { _tag: 'Unauthorized', status: 401 } })
    expect([server.called.length, server.asked.length]).toEqual([2, 2])
    for (let i = 0; i < 5; i++) await get.call()
    expect([server.called.length, server.asked.length]).toEqual([7, 2])
    clock.advance(1_000)
    await get.call()
    expect([server.called.length, server.asked.length]).toEqual([9, 3])
    clock.advance(1_999)
    await get.call()
    expect([server.called.length, server.asked.length]).toEqual([10, 3])
  })

  test('stands with its own failure when there is no auth that renews', async () => {
    const server = await oauthServer()
    const client = http({ name: 'api', baseUrl: server.url })
    closing.push(
      () => client.close(),
      () => server[Symbol.asyncDispose](),
    )
    expect(await client.query({ name: 'q', path: '/' }).call()).toMatchObject({
      left: { _tag: 'Unauthorized' },
    })
    expect(server.called).toHaveLength(1)
  })

  test('whose renewal fails for a passing reason is ConnectFailed: it will be tried again', async () => {
    const { server, get } = await setUp({ expiresIn: 3600 })
    await get.run()
    server.good.clear()
    server.odd.push({ status: 503, headers: { 'retry-after': '7' }, body: '{}' })
    expect(await get.call()).toMatchObject({
      left: {
        _tag: 'ConnectFailed',
        kind: 'transient',
        code: 'CREDENTIALS',
        cause: { _tag: 'TokenFailed', status: 503 },
      },
    })
    expect(server.called).toHaveLength(2)
  })
})

describe('a law: whatever is refused and expires when, no moment has two requests for tokens under way', () => {
  test.each([1, 2, 3, 4])('seed %i', async (seed) => {
    const random = seededRandom(seed)
    const { server, clock, get } = await setUp({ expiresIn: 120 }, { random })
    let most = 0
    const busy = new Set<Promise<unknown>>()
    for (let i = 0; i < 40; i++) {
      const before = server.asked.length
      const wanted = 1 + Math.floor(random.next() * 8)
      clock.advance(Math.floor(random.next() * 60_000))
      if (random.next() < 0.3) {
        // One that was refused sooner would not be renewed at once.
        clock.advance(60_000)
        server.good.clear()
      }
      const release = server.hold()
      for (let j = 0; j < wanted; j++) {
        const call = get.call()
        busy.add(call)
        void call.finally(() => busy.delete(call))
      }
      await new Promise<void>((resolve) => systemClock.soon(resolve))
      most = Math.max(most, server.asked.length - before)
      release()
      const results = await Promise.all(busy)
      expect(results.every((r) => (r as { _tag: string })._tag === 'Right')).toBe(true)
      // One to replace what had expired, one to replace what was refused.
      expect(server.asked.length - before).toBeLessThanOrEqual(2)
    }
    expect(most).toBeLessThanOrEqual(1)
  })
})
