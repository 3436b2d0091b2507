import { gzipSync } from 'node:zlib'
import { HttpResponse, http as msw } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { http } from '../../src/index.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const fresh = (options: { readonly maxResponseBytes?: number } = {}) => {
  const client = http({ name: 'site', baseUrl: 'https://api.test', ...options })
  const body = z.object({ n: z.number() })
  return {
    unsafe: client.target({
      name: 'add',
      method: 'POST',
      path: '/things',
      body,
      response: body,
      effect: 'unsafe',
    }),
    keyed: client.target({
      name: 'put',
      method: 'POST',
      path: '/things',
      body,
      response: body,
      effect: 'keyed',
    }),
    get: client.query({ name: 'get', path: '/things', response: body }),
  }
}

let hits = 0
const answer = (make: () => Response): void => {
  hits = 0
  server.use(
    msw.all('https://api.test/things', () => {
      hits++
      return make()
    }),
  )
}

const leftOf = async (step: {
  call(input: never): Promise<{ _tag: string; left?: unknown }>
}): Promise<unknown> => {
  const result = await step.call({ n: 1 } as never)
  expect(result._tag).toBe('Left')
  return (result as { left: unknown }).left
}

describe('the tag and kind of each status', () => {
  test.each([
    [400, 'Rejected', 'permanent'],
    [401, 'Unauthorized', 'permanent'],
    [403, 'Forbidden', 'permanent'],
    [404, 'NotFound', 'permanent'],
    [408, 'Unavailable', 'transient'],
    [409, 'Conflict', 'permanent'],
    [410, 'Rejected', 'permanent'],
    [412, 'PreconditionFailed', 'permanent'],
    [421, 'Unavailable', 'transient'],
    [422, 'Rejected', 'permanent'],
    [425, 'Unavailable', 'transient'],
    [429, 'RateLimited', 'transient'],
    [501, 'Rejected', 'permanent'],
    [503, 'Unavailable', 'transient'],
  ])('%i is %s, %s, for every effect', async (status, _tag, kind) => {
    answer(() => HttpResponse.json({ title: 'no' }, { status }))
    const { unsafe, keyed, get } = fresh()
    for (const step of [unsafe, keyed, get])
      expect(await leftOf(step as never)).toMatchObject({
        _tag,
        kind,
        status,
        answer: '{"title":"no"}',
        destination: 'site',
        path: '/things',
      })
  })

  test.each([500, 502, 504, 520])(
    '%i is ambiguous: unknown for an unsafe target, to be sent again for all others',
    async (status) => {
      answer(() => new HttpResponse('<p>no</p>', { status, headers: { 'content-type': 'text/html' } }))
      const { unsafe, keyed, get } = fresh()
      expect(await leftOf(unsafe as never)).toMatchObject({ _tag: 'OutcomeUnknown', kind: 'unknown' })
      expect(await leftOf(keyed as never)).toMatchObject({ _tag: 'Unavailable', kind: 'transient', status })
      expect(await leftOf(get as never)).toMatchObject({ _tag: 'Unavailable', kind: 'transient', status })
    },
  )

  test('a 409 that says when to come again is transient', async () => {
    answer(() => HttpResponse.json({}, { status: 409, headers: { 'retry-after': '3' } }))
    expect(await leftOf(fresh().unsafe as never)).toMatchObject({
      _tag: 'Conflict',
      kind: 'transient',
      retryAt: expect.any(Number),
    })
  })

  test('an unsafe target that can be asked is asked, and the answer counts', async () => {
    answer(() => new HttpResponse(null, { status: 502 }))
    const client = http({ name: 'site', baseUrl: 'https://api.test' })
    const asked: unknown[] = []
    const add = client.target({
      name: 'add',
      method: 'POST',
      path: '/things',
      body: z.object({ n: z.number() }),
      response: z.object({ n: z.number() }),
      effect: 'unsafe',
      reconcile: async (input) => {
        asked.push(input)
        return { found: { n: 7 } }
      },
    })
    expect(await add.run({ n: 1 })).toEqual({ n: 7 })
    expect([asked, hits]).toEqual([[{ n: 1 }], 1])
  })
})

describe('an answer that cannot be used is a BadResponse', () => {
  test.each([
    [
      'a redirect',
      'redirect',
      () => new HttpResponse(null, { status: 302, headers: { location: 'https://evil.test/?token=s3cr3t' } }),
    ],
    ['no JSON', 'not-json', () => new HttpResponse('<html>', { headers: { 'content-type': 'text/html' } })],
    ['JSON with a tail', 'not-json', () => new HttpResponse('{"n":1} x')],
    ['an empty 200', 'undecodable', () => new HttpResponse(null, { status: 200 })],
    ['another shape', 'undecodable', () => HttpResponse.json({ n: 'one' })],
    [
      'an unknown encoding',
      'encoding',
      () => new HttpResponse('zzz', { headers: { 'content-encoding': 'compress, gzip' } }),
    ],
    [
      'a stacked encoding',
      'encoding',
      () =>
        new HttpResponse(gzipSync(gzipSync('{"n":1}')), { headers: { 'content-encoding': 'gzip, gzip' } }),
    ],
    ['more than allowed', 'too-large', () => HttpResponse.json({ n: 1, pad: 'x'.repeat(3000) })],
    [
      'a bomb',
      'too-large',
      () =>
        new HttpResponse(gzipSync(JSON.stringify({ n: 1, pad: ' '.repeat(1e6) })), {
          headers: { 'content-encoding': 'gzip' },
        }),
    ],
  ])('%s: %s', async (_, flaw, make) => {
    answer(make)
    const failure = await leftOf(fresh({ maxResponseBytes: 2000 }).unsafe)
    expect(failure).toMatchObject({ _tag: 'BadResponse', kind: 'permanent', flaw })
    expect(JSON.stringify(failure)).not.toContain('s3cr3t')
    expect(hits).toBe(1)
  })

  test('the issues of another shape say where, not what', async () => {
    answer(() => HttpResponse.json({ n: 's3cr3t value' }))
    expect(await leftOf(fresh().get as never)).toMatchObject({
      issues: [{ path: ['n'] }],
      message: expect.not.stringContaining('s3cr3t'),
    })
  })

  test('a mark at the beginning of the JSON is passed over, and gzip undone', async () => {
    answer(() => new HttpResponse(Buffer.from('\ufeff{"n":2}')))
    expect(await fresh().get.run()).toEqual({ n: 2 })
    answer(() => new HttpResponse(gzipSync('{"n":3}'), { headers: { 'content-encoding': 'gzip' } }))
    expect(await fresh().get.run()).toEqual({ n: 3 })
  })

  test('where nothing is expected any 2xx will do', async () => {
    answer(() => new HttpResponse('whatever', { status: 207 }))
    const client = http({ name: 'site', baseUrl: 'https://api.test' })
    const ping = client.target({ name: 'ping', method: 'POST', path: '/things', effect: 'unsafe' })
    expect(await ping.call()).toEqual({ _tag: 'Right', right: undefined })
  })
})
