import * as t from 'io-ts'
import { HttpResponse, http as msw } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  CallContext,
  silentLogger,
  systemClock,
  systemRandom,
  uuidv7,
  type Environment,
} from '@xconnector/core'
import { apiKey, bearer, http, json } from '../../src/index.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const seen: { method: string; url: string; headers: Headers; body: string }[] = []
afterEach(() => void seen.splice(0))

const answering = (body: unknown, status = 200): void =>
  server.use(
    msw.all('https://api.test/*', async ({ request }) => {
      seen.push({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: await request.clone().text(),
      })
      return body === undefined
        ? new HttpResponse(null, { status })
        : HttpResponse.json(body as object, { status })
    }),
  )

const env: Environment = {
  clock: systemClock,
  ids: uuidv7(systemClock, systemRandom),
  log: silentLogger,
  config: {},
}
const Asset = z.object({ id: z.string(), title: z.string() })
const Ack = t.type({ ok: t.boolean })

describe('a declared target', () => {
  const site = http({
    name: 'site',
    baseUrl: 'https://api.test/v1/',
    auth: bearer('t0ken'),
    headers: { 'X-App': 'me' },
  })
  const post = site.target({
    name: 'post-asset',
    method: 'POST',
    path: '/assets',
    body: Asset,
    response: Ack,
    effect: 'keyed',
  })

  test('sends JSON with headers, credentials and key, and gives the decoded reply', async () => {
    answering({ ok: true })
    expect(await post.call({ id: 'a', title: 'ä' }, { key: 'root/"site"' })).toEqual({
      _tag: 'Right',
      right: { ok: true },
    })
    const [sent] = seen
    expect([sent!.method, sent!.url, sent!.body]).toEqual([
      'POST',
      'https://api.test/v1/assets',
      '{"id":"a","title":"ä"}',
    ])
    expect(Object.fromEntries(sent!.headers)).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: 'Bearer t0ken',
      'x-app': 'me',
      'user-agent': 'xconnector',
      'idempotency-key': '"root/\\"site\\""',
    })
  })

  test('run gives the reply, and throws the failure that call has on the left', async () => {
    answering({ ok: true })
    expect(await post.run({ id: 'a', title: 'b' })).toEqual({ ok: true })
    answering({}, 404)
    await expect(post.run({ id: 'a', title: 'b' })).rejects.toMatchObject({
      _tag: 'NotFound',
      status: 404,
      target: 'post-asset',
    })
  })

  test('as a step it takes its key, its trace and its clock from the context', async () => {
    answering({ ok: true })
    const ctx = new CallContext(env, 'flow', {}, { key: 'k' })
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    Object.defineProperty(ctx, 'message', { value: { traceparent } })
    expect(await post.run({ id: 'a', title: 'b' }, ctx)).toMatchObject({ _tag: 'Right' })
    expect(seen[0]!.headers.get('idempotency-key')).toBe('"k"')
    expect(seen[0]!.headers.get('traceparent')).toBe(traceparent)
  })

  test('two plain calls have two keys', async () => {
    answering({ ok: true })
    await post.run({ id: 'a', title: 'b' })
    await post.run({ id: 'a', title: 'b' })
    const [one, two] = seen.map((s) => s.headers.get('idempotency-key'))
    expect(one).toMatch(/^"[0-9a-f-]{36}"$/)
    expect(two).not.toBe(one)
  })

  test('a key goes without quotes where the API wants it so, and percent-encoded where ASCII ends', async () => {
    answering({ ok: true })
    const bare = http({ name: 'bare', baseUrl: 'https://api.test', quoteKey: false })
    await bare
      .target({ name: 'p', method: 'POST', path: '/p', effect: 'keyed' })
      .run(undefined, { key: 'a/ü b' })
    expect(seen[0]!.headers.get('idempotency-key')).toBe('a/%C3%BC%20b')
  })

  test('only keyed targets send a key', async () => {
    answering({ ok: true })
    await site.target({ name: 'p', method: 'PUT', path: '/p', effect: 'idempotent' }).run()
    await site.target({ name: 'u', method: 'POST', path: '/p', effect: 'unsafe' }).run()
    expect(seen.map((s) => s.headers.has('idempotency-key'))).toEqual([false, false])
  })

  test('an io-ts codec encodes what it sends; a function makes the body from the input', async () => {
    answering({ ok: true })
    const Day = new t.Type<Date, string>(
      'Day',
      (u): u is Date => u instanceof Date,
      (u, c) => t.failure(u, c),
      (d) => d.toISOString(),
    )
    const at = new Date(0)
    await site
      .target({ name: 'd', method: 'POST', path: '/d', body: t.type({ at: Day }), effect: 'keyed' })
      .run({ at })
    const put = site.target({
      name: 'f',
      method: 'PUT',
      path: '/f/:id',
      body: ({ title }: { id: string; title: string }) => ({ title }),
      effect: 'idempotent',
    })
    await put.run({ id: 'x/y?', title: 'z' })
    expect(seen.map((s) => [s.url, s.body])).toEqual([
      ['https://api.test/v1/d', '{"at":"1970-01-01T00:00:00.000Z"}'],
      ['https://api.test/v1/f/x%2Fy%3F', '{"title":"z"}'],
    ])
  })

  test('its preview shows what would be sent, without secrets', async () => {
    const ctx = new CallContext(env, 'preview', {}, { key: 'k' })
    const keyed = http({
      name: 'k',
      baseUrl: 'https://api.test',
      auth: apiKey({ header: 'X-Key', key: 'k3y' }),
      headers: { 'x-api-token': 'plain' },
    })
    const put = keyed.target({
      name: 'p',
      method: 'put',
      path: '/p/:id',
      body: json<{ id: string }>(),
      query: { token: 't', page: 1 },
      effect: 'keyed',
    })
    expect(await put.preview!({ id: 'a' }, ctx)).toEqual({
      method: 'PUT',
      url: 'https://api.test/p/a?token=[redacted]&page=1',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'idempotency-key': '"k"',
        'user-agent': 'xconnector',
        'x-api-token': '[redacted]',
        'x-key': '[redacted]',
      },
      body: { id: 'a' },
    })
  })
})

describe('a declared query', () => {
  const api = http({ name: 'api', baseUrl: 'https://api.test' })

  test('fills its path and its query, and gives the decoded reply', async () => {
    answering({ id: '1', title: 't' })
    const asset = api.query({
      name: 'asset',
      path: '/assets/:id',
      response: Asset,
      query: { locale: ['en', 'de'], page: undefined },
    })
    expect(await asset.run({ id: 'ö' })).toEqual({ id: '1', title: 't' })
    expect([seen[0]!.method, seen[0]!.url]).toEqual([
      'GET',
      'https://api.test/assets/%C3%B6?locale=en&locale=de',
    ])
    expect(asset.effect).toBe('none')
  })

  test('may be a POST with a body', async () => {
    answering({ id: '1', title: 't' })
    const search = api.query({
      name: 's',
      method: 'POST',
      path: '/search',
      body: json<{ q: string }>(),
      response: Asset,
    })
    await search.run({ q: 'x' })
    expect(seen[0]).toMatchObject({ method: 'POST', body: '{"q":"x"}' })
  })

  test.each(['.', '..', '%2e%2e', 'a/../b'])('the path value %j does not leave its segment', async (id) => {
    answering({ id: '1', title: 't' })
    const asset = api.query({ name: 'asset', path: '/assets/:id/x', response: Asset })
    const result = await asset.call({ id })
    const left = result._tag === 'Left' ? result.left._tag : seen[0]!.url
    expect(left).toBe(
      {
        '.': 'StepFailed',
        '..': 'StepFailed',
        '%2e%2e': 'https://api.test/assets/%252e%252e/x',
        // What decodes slashes would make it another path.
        'a/../b': 'StepFailed',
      }[id],
    )
  })

  test.each(['//evil.test/x', 'https://evil.test/', '/a/../../b', '/a/%2E%2e/b', '/a?b', 'a', '/a b'])(
    'a computed path %j is refused before anything is sent',
    async (path) => {
      const get = api.query({ name: 'get', path: (id: string) => path + id })
      expect(await get.call('')).toMatchObject({
        _tag: 'Left',
        left: { _tag: 'StepFailed', message: expect.stringContaining('path') },
      })
    },
  )

  test('a body that is too large is not sent', async () => {
    const small = http({ name: 'small', baseUrl: 'https://api.test', maxRequestBytes: 10 })
    const post = small.target({
      name: 'p',
      method: 'POST',
      path: '/p',
      body: json<string>(),
      effect: 'keyed',
    })
    expect(await post.call('x'.repeat(9))).toMatchObject({
      left: { _tag: 'StepFailed', message: expect.stringContaining('maxRequestBytes') },
    })
  })
})

describe('options that make no sense', () => {
  const api = http({ name: 'api', baseUrl: 'https://api.test' })
  test.each([
    [() => http({ name: '', baseUrl: 'https://x.test' }), /name/],
    [() => http({ name: 'a', baseUrl: 'x.test' }), /http "a" baseUrl/],
    [() => http({ name: 'a', baseUrl: 'ftp://x.test' }), /http "a" baseUrl/],
    [() => http({ name: 'a', baseUrl: 'https://u:p4ss@x.test' }), /baseUrl: credentials/],
    [() => http({ name: 'a', baseUrl: 'https://x.test/?a=1' }), /baseUrl: expected no query/],
    [() => http({ name: 'a', baseUrl: 'https://x.test', timeout: '0s' }), /http "a" timeout/],
    [() => http({ name: 'a', baseUrl: 'https://x.test', maxResponseBytes: -1 }), /maxResponseBytes/],
    [() => http({ name: 'a', baseUrl: 'https://x.test', headers: { Host: 'b' } }), /"host" cannot be set/],
    [() => http({ name: 'a', baseUrl: 'https://x.test', headers: { a: 'b\r\nc: d' } }), /value of "a"/],
    [() => http({ name: 'a', baseUrl: 'https://x.test', destination: { concurrency: 0 } }), /concurrency/],
    [
      () => api.target({ name: 't', method: 'POST', path: '/', effect: 'none' as never }),
      /target "t" effect/,
    ],
    [() => api.target({ name: '', method: 'POST', path: '/', effect: 'keyed' }), /name/],
    [() => api.target({ name: 't', method: 'P T', path: '/', effect: 'keyed' }), /"t" method/],
    [() => api.target({ name: 't', method: 'POST', path: 'x', effect: 'keyed' }), /"t" of http "api" path/],
    [() => bearer(''), /bearer token/],
    [() => apiKey({ header: 'x', key: ' ' }), /apiKey key/],
    [() => apiKey({ header: 'x y', key: 'k' }), /apiKey header/],
  ])('%# is named', (make, message) => expect(make).toThrow(message))
})
