import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import {
  authorizationCode,
  http,
  memoryTokens,
  type AuthorizationCodeOptions,
  type PendingAuthorization,
} from '../../src/index.js'
import { manualClock } from '../support/manual-clock.js'
import { oauthServer, type OAuthServerOptions } from '../support/oauth-server.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const setUp = async (served: OAuthServerOptions = {}, more: Partial<AuthorizationCodeOptions> = {}) => {
  const server = await oauthServer({ expiresIn: 100, rotates: true, ...served })
  const clock = manualClock()
  const store = memoryTokens()
  const options = {
    issuer: server.url,
    client: { id: 'c1', public: true as const },
    redirectUri: 'https://us.example/callback',
    scope: ['openid', 'offline_access'],
    store,
    clock,
    ...(more as object),
  }
  const auth = authorizationCode(options)
  const client = http({
    name: 'crm',
    baseUrl: server.url,
    auth,
    ports: { clock, log: { debug() {}, info() {}, warn() {}, error() {} } },
  })
  closing.push(
    () => client.close(),
    () => server[Symbol.asyncDispose](),
  )
  return { server, clock, store, auth, options, get: client.query({ name: 'get', path: '/' }) }
}

const started = async (auth: ReturnType<typeof authorizationCode>) => {
  const result = await auth.start()
  if (result._tag === 'Left') throw result.left
  return result.right
}

describe('the round trip', () => {
  test('sends the browser off with a state, a nonce and a challenge, and exchanges what it brings back', async () => {
    const { server, auth, get } = await setUp()
    const { url, pending } = await started(auth)
    const asked = Object.fromEntries(new URL(url).searchParams)
    expect(asked).toEqual({
      response_type: 'code',
      client_id: 'c1',
      redirect_uri: 'https://us.example/callback',
      scope: 'openid offline_access',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(url).not.toContain(pending.verifier)
    const done = await auth.exchange(server.authorize(url), JSON.parse(JSON.stringify(pending)))
    expect(done).toMatchObject({ _tag: 'Right', right: { refreshable: true, claims: { sub: 'u1' } } })
    expect(inspect(done, { depth: 9 })).not.toMatch(/-secret/)
    expect(server.asked[0]?.form.get('code_verifier')).toBe(pending.verifier)
    expect(await get.call()).toMatchObject({ _tag: 'Right' })
    expect(server.asked).toHaveLength(1)
  })

  test('takes a path and query too, and other parameters', async () => {
    const { server, auth } = await setUp()
    const { right } = (await auth.start({
      loginHint: 'a@b.example',
      prompt: 'consent',
      parameters: { access_type: 'offline', state: 'mine' },
    })) as { right: { url: string; pending: PendingAuthorization } }
    expect(Object.fromEntries(new URL(right.url).searchParams)).toMatchObject({
      login_hint: 'a@b.example',
      prompt: 'consent',
      access_type: 'offline',
      state: right.pending.state,
    })
    const back = new URL(server.authorize(right.url))
    expect(await auth.exchange(back.pathname + back.search, right.pending)).toMatchObject({ _tag: 'Right' })
  })

  test('goes on by the refresh token, in another process too', async () => {
    const { server, clock, auth, options } = await setUp()
    const { url, pending } = await started(auth)
    await auth.exchange(server.authorize(url), pending)
    clock.advance(100_000)
    const other = http({
      name: 'crm',
      baseUrl: server.url,
      auth: authorizationCode(options),
      ports: { clock },
    })
    closing.push(() => other.close())
    expect(await other.query({ name: 'get', path: '/' }).call()).toMatchObject({ _tag: 'Right' })
    expect(server.asked.map((a) => a.grant)).toEqual(['authorization_code', 'refresh_token'])
  })

  test('two browsers at once have states of their own', async () => {
    const { auth } = await setUp()
    const [a, b] = [await started(auth), await started(auth)]
    expect(a.pending.state).not.toBe(b.pending.state)
    expect(a.pending.verifier).not.toBe(b.pending.verifier)
  })
})

describe('a call before anybody has authorized', () => {
  test('is Unauthorized and sends nothing; it goes as soon as somebody has', async () => {
    const { server, auth, get } = await setUp()
    expect(await get.call()).toMatchObject({
      left: {
        _tag: 'Unauthorized',
        code: 'CREDENTIALS',
        cause: { _tag: 'TokenFailed', code: 'NOT_AUTHORIZED' },
      },
    })
    expect(server.called).toEqual([])
    const { url, pending } = await started(auth)
    await auth.exchange(server.authorize(url), pending)
    expect(await get.call()).toMatchObject({ _tag: 'Right' })
  })
})

describe('what comes back is refused', () => {
  const refused = { _tag: 'Left', left: { _tag: 'TokenFailed', kind: 'permanent' } }

  test('with another state, without one, with two, or without a code', async () => {
    const { server, auth } = await setUp()
    const { url, pending } = await started(auth)
    const good = server.authorize(url)
    const bad = [
      good.replace(pending.state, 'forged'),
      good.replace(/&state=.*/, ''),
      `${good}&state=${pending.state}`,
      good.replace(/code=[^&]*&/, ''),
      `${good}&iss=https://evil.example`,
      `${good}&id_token=x`,
      'http://[',
    ]
    for (const callback of bad) expect(await auth.exchange(callback, pending)).toMatchObject(refused)
    expect(server.asked).toEqual([])
  })

  test('when it is an error, which is told', async () => {
    const { auth } = await setUp()
    const { pending } = await started(auth)
    const callback = `https://us.example/callback?error=access_denied&error_description=${pending.verifier}&state=${pending.state}`
    const result = await auth.exchange(callback, pending)
    expect(result).toMatchObject({
      left: { kind: 'permanent', step: 'authorization', error: 'access_denied' },
    })
    const forged = await auth.exchange(callback.replace(pending.state, 'forged'), pending)
    expect(forged).toMatchObject({ left: { code: 'CALLBACK' } })
  })

  test('when the browser took too long, or when nothing is pending', async () => {
    const { server, clock, auth } = await setUp()
    const { url, pending } = await started(auth)
    const callback = server.authorize(url)
    for (const forged of [{}, { ...pending, state: '' }, { ...pending, startedAt: undefined }])
      expect(await auth.exchange(callback.replace(/&state=.*/, ''), forged as never)).toMatchObject(refused)
    clock.advance(600_001)
    expect(await auth.exchange(callback, pending)).toMatchObject({ left: { code: 'EXPIRED' } })
    expect(server.asked).toEqual([])
  })

  test.each([
    ['nonce', { nonce: 'another' }],
    ['audience', { aud: 'another' }],
    ['issuer', { iss: 'https://evil.example' }],
    ['time', { exp: 1 }],
  ])('when the ID token has another %s', async (_, claims) => {
    const { server, auth, get } = await setUp({ claims })
    const { url, pending } = await started(auth)
    const result = await auth.exchange(server.authorize(url), pending)
    expect(result).toMatchObject({ _tag: 'Left', left: { _tag: 'TokenFailed' } })
    expect(inspect(result, { depth: 9, showHidden: true })).not.toMatch(/-secret/)
    expect(await get.call()).toMatchObject({ left: { _tag: 'Unauthorized' } })
  })

  test('when a code is used twice, or with the verifier of another browser', async () => {
    const { server, auth } = await setUp()
    const first = await started(auth)
    const callback = server.authorize(first.url)
    expect(await auth.exchange(callback, { ...first.pending, verifier: 'v'.repeat(43) })).toMatchObject({
      left: { error: 'invalid_grant', kind: 'permanent' },
    })
    expect(await auth.exchange(callback, first.pending)).toMatchObject({ _tag: 'Right' })
    expect(await auth.exchange(callback, first.pending)).toMatchObject({ left: { error: 'invalid_grant' } })
  })
})

describe('clocks', () => {
  test('an ID token is judged by the clock of its server', async () => {
    const { server, auth } = await setUp({ skewMs: -3 * 36e5 })
    const { url, pending } = await started(auth)
    expect(await auth.exchange(server.authorize(url), pending)).toMatchObject({ _tag: 'Right' })
  })
})

describe('a caller who gives up', () => {
  test('gets the reason of its own signal', async () => {
    const { server, auth } = await setUp()
    const { url, pending } = await started(auth)
    const release = server.hold()
    const mine = new AbortController()
    const call = auth.exchange(server.authorize(url), pending, { signal: mine.signal })
    await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(1)
    const reason = new Error('enough')
    mine.abort(reason)
    await expect(call).rejects.toBe(reason)
    release()
  })
})
