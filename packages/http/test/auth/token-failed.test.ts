import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { Secret } from '@xconnector/core'
import { clientCredentials, http, refreshToken, type OAuthOptions, type TokenStore } from '../../src/index.js'
import { manualClock, passing } from '../support/manual-clock.js'
import { oauthServer, type Odd } from '../support/oauth-server.js'

const CANARY = {
  secret: 'pl4nted-client-secret-7f',
  refresh: 'pl4nted-refresh-token-31',
  parameter: 'plain',
} as const

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const setUp = async (more: Partial<OAuthOptions> = {}, grant: 'client' | 'refresh' = 'refresh') => {
  const server = await oauthServer({ expiresIn: 100 })
  server.refresh.add(CANARY.refresh)
  const clock = manualClock()
  const said: unknown[] = []
  const say = (...all: unknown[]): void => void said.push(all)
  const options = {
    tokenEndpoint: `${server.url}/token`,
    client: { id: 'c1', secret: new Secret(CANARY.secret), by: 'post' as const },
    random: { next: () => 0.5 },
    ...(more as object),
  }
  const auth =
    grant === 'client'
      ? clientCredentials(options)
      : refreshToken({ ...options, refreshToken: CANARY.refresh })
  const client = http({
    name: 'api',
    baseUrl: server.url,
    auth,
    ports: { clock, log: { debug: say, info: say, warn: say, error: say } },
  })
  closing.push(
    () => client.close(),
    () => server[Symbol.asyncDispose](),
  )
  return { server, clock, said, auth, get: client.query({ name: 'get', path: '/' }) }
}

const shown = (value: unknown): string => {
  const parts = [inspect(value, { depth: 12, showHidden: true }), JSON.stringify(value), String(value)]
  for (let at = value as Error | undefined; at !== undefined; at = at.cause as Error | undefined)
    parts.push(String(at.stack), String(at.message))
  return parts.join('\n')
}

const echo = JSON.stringify({
  error: 'invalid_client',
  error_description: `secret ${CANARY.secret} and token ${CANARY.refresh} (${encodeURIComponent(CANARY.refresh)})`,
  request: { client_secret: CANARY.secret, refresh_token: CANARY.refresh },
})

type Case = readonly [string, Odd, object]

const FAULTS: readonly Case[] = [
  [
    'refuses the client',
    { status: 400, body: echo },
    { kind: 'permanent', error: 'invalid_client', status: 400 },
  ],
  [
    'refuses with a challenge',
    { status: 401, headers: { 'www-authenticate': `Basic realm="${CANARY.secret}"` }, body: echo },
    { kind: 'permanent', error: 'invalid_client', status: 401 },
  ],
  ['is down', { status: 503, body: echo }, { kind: 'transient', status: 503 }],
  [
    'is busy',
    { status: 429, headers: { 'retry-after': '30' }, body: '{}' },
    { kind: 'transient', status: 429 },
  ],
  [
    'asks for patience by an error code',
    { status: 400, body: '{"error":"temporarily_unavailable"}' },
    { kind: 'transient', error: 'temporarily_unavailable' },
  ],
  [
    'redirects',
    { status: 302, headers: { location: `http://127.0.0.1:1/?x=${CANARY.secret}` }, body: '' },
    { kind: 'permanent', status: 302 },
  ],
  [
    'answers HTML',
    { headers: { 'content-type': 'text/html' }, body: `<p>${CANARY.secret}` },
    { kind: 'transient' },
  ],
  ['answers garbage', { body: `{"access_token": ${CANARY.secret}` }, { kind: 'transient' }],
  ['answers nothing', { body: '' }, { kind: 'transient' }],
  ['answers null', { body: 'null' }, { kind: 'transient' }],
  [
    'answers without a token',
    { body: `{"token_type":"bearer","x":"${CANARY.refresh}"}` },
    { kind: 'transient' },
  ],
  [
    'answers a token of another type',
    { body: '{"access_token":"a","token_type":"mac"}' },
    { kind: 'permanent', code: 'OAUTH_UNSUPPORTED_OPERATION' },
  ],
  [
    'answers a token that no header carries',
    { body: '{"access_token":"a\\r\\nx: y","token_type":"bearer"}' },
    { kind: 'permanent' },
  ],
  [
    'names an error that is a secret',
    { status: 400, body: JSON.stringify({ error: CANARY.refresh }) },
    { kind: 'permanent', status: 400 },
  ],
  ['closes the connection', { reset: true }, { kind: 'transient', code: 'ECONNRESET' }],
]

describe('an authorization server that', () => {
  test.each(FAULTS)('%s', async (_, odd, expected) => {
    const { server, said, auth, get } = await setUp()
    server.odd.push(odd, odd)
    const result = await get.call()
    const { kind } = expected as { kind: string }
    expect(result).toMatchObject({
      left: {
        _tag: kind === 'permanent' ? 'Unauthorized' : 'ConnectFailed',
        kind,
        code: 'CREDENTIALS',
        cause: { _tag: 'TokenFailed', server: `${server.url}/token`, step: 'token', ...expected },
      },
    })
    expect(server.called).toEqual([])
    // The requests did carry them.
    expect(server.asked[0]?.form.get('client_secret')).toBe(CANARY.secret)
    expect(server.asked[0]?.form.get('refresh_token')).toBe(CANARY.refresh)
    for (const one of [(result as { left: unknown }).left, said, auth])
      expect(shown(one)).not.toMatch(/pl4nted/)
    expect(said).toHaveLength(1)
  })

  test('cannot be reached', async () => {
    const { get, clock } = await setUp({ tokenEndpoint: 'http://127.0.0.1:1/token' })
    expect(await passing(clock, get.call())).toMatchObject({
      left: { _tag: 'ConnectFailed', cause: { kind: 'transient', code: 'ECONNREFUSED' } },
    })
  })

  test('never answers is given up after the timeout, and the call ends', async () => {
    const { server, clock, get } = await setUp({ timeout: '5s' })
    const release = server.hold()
    const call = get.call()
    await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(1)
    clock.advance(5_000)
    expect(await call).toMatchObject({
      left: { _tag: 'ConnectFailed', cause: { kind: 'transient', code: 'TIMED_OUT' } },
    })
    release()
  })

  test('a lost answer to a refresh token is not asked for again at once: it may be good for one use only', async () => {
    const { server, get } = await setUp()
    server.odd.push({ reset: true })
    await get.call()
    expect(server.asked).toHaveLength(1)
    const client = await setUp({}, 'client')
    client.server.odd.push({ status: 503, body: '' })
    expect(await passing(client.clock, client.get.call())).toMatchObject({ _tag: 'Right' })
    expect(client.server.asked).toHaveLength(2)
  })
})

describe('after a failure', () => {
  test('the server is left alone for a while, twice as long each time, at most a minute', async () => {
    const { server, clock, get } = await setUp()
    const waits: number[] = []
    for (let i = 0; i < 9; i++) {
      server.odd.push({ status: 500, body: '{}' })
      const before = server.asked.length
      const result = await get.call()
      expect(server.asked).toHaveLength(before + 1)
      const { retryAt } = (result as { left: { retryAt: number } }).left
      waits.push(retryAt - clock.now())
      clock.advance(retryAt - clock.now() - 1)
      expect(await get.call()).toMatchObject({ left: { cause: { status: 500 } } })
      expect(server.asked).toHaveLength(before + 1)
      clock.advance(1)
    }
    expect(waits).toEqual([750, 1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000, 45_000])
    expect(await get.call()).toMatchObject({ _tag: 'Right' })
  })

  test('a longer hint of the server is kept', async () => {
    const { server, clock, get } = await setUp()
    server.odd.push({ status: 429, headers: { 'retry-after': '120' }, body: '{}' })
    expect(await get.call()).toMatchObject({ left: { retryAt: clock.now() + 120_000 } })
  })

  test('a token that is still good serves on', async () => {
    const { server, clock, get } = await setUp()
    await get.run()
    clock.advance(80_000)
    server.odd.push({ status: 500, body: '{}' })
    await get.run()
    await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(2)
    await get.run()
    expect(server.called.map((c) => c.token)).toEqual(Array(3).fill('at-1-secret'))
  })

  test('a store that fails says nothing of what it was given', async () => {
    const store: TokenStore = {
      read: () => Promise.reject(new Error(`no ${CANARY.refresh}`)),
      swap: () => true,
    }
    const { get, said } = await setUp({ store })
    const result = await get.call()
    expect(result).toMatchObject({ left: { cause: { step: 'store', code: 'STORE' } } })
    expect(shown([result, said])).not.toMatch(/pl4nted/)
  })
})

describe('a caller who gives up', () => {
  test('ends alone: the others get their token', async () => {
    const { server, get } = await setUp()
    const release = server.hold()
    const mine = new AbortController()
    const given = get.call(undefined, { signal: mine.signal })
    const others = [get.call(), get.call()]
    await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(1)
    const reason = new Error('enough')
    mine.abort(reason)
    await expect(given).rejects.toBe(reason)
    release()
    expect((await Promise.all(others)).map((r) => r._tag)).toEqual(['Right', 'Right'])
    expect(server.asked).toHaveLength(1)
  })

  test('whose time is up while it waits for a token was not let in', async () => {
    const { server, clock, get } = await setUp({ timeout: '20s' })
    const release = server.hold()
    const call = get.call(undefined, { timeout: '1s' })
    await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(1)
    clock.advance(1_000)
    expect(await call).toMatchObject({ left: { _tag: 'TimedOut', kind: 'transient' } })
    release()
  })
})
