import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { backendServer } from './backend-server.js'
import { fronted, transports, until } from './fronted.js'

const HOUR = 3600_000
const status = (seen: { headers: NodeJS.Dict<string | string[]> }): unknown => seen.headers['cache-status']

describe.each(transports)('the cache over %s', (_, transport) => {
  const cached = (baseUrl: string, cache = {}) =>
    fronted({
      ...transport,
      name: 'gw',
      backends: { a: { baseUrl, circuit: false } },
      routes: [
        {
          path: '/**',
          methods: ['GET', 'HEAD', 'POST', 'PUT'],
          to: 'a',
          pass: { authorization: true, cookie: true, setCookie: true },
        },
      ],
      cache,
    })

  it('asks once for what is fresh, and says how old it is', async () => {
    await using backend = await backendServer((_r, response, n) => {
      response.setHeader('cache-control', 'max-age=60')
      response.end(`answer ${n}`)
    })
    await using front = await cached(backend.url)
    const first = await front.get('/x?a=1')
    front.clock.advance(30_000)
    const second = await front.get('/x?a=1')
    expect([first.text, second.text]).toEqual(['answer 1', 'answer 1'])
    expect([first.headers['age'], status(first)]).toEqual([
      undefined,
      'gw; fwd=uri-miss; fwd-status=200; stored',
    ])
    expect(Number(second.headers['age'])).toBeGreaterThanOrEqual(30)
    expect(status(second)).toMatch(/^gw; hit; ttl=(?:29|30)$/)
    expect((await front.get('/x?a=2')).text).toBe('answer 2')
    front.clock.advance(31_000)
    expect((await front.get('/x?a=1')).text).toBe('answer 3')
  })

  it('asks whether a stale answer holds, and gives it again when it does', async () => {
    await using backend = await backendServer((request, response) => {
      response.setHeader('cache-control', 'max-age=60')
      response.setHeader('etag', '"v1"')
      response.setHeader('x-at', String(backend.requests.length))
      if (request.headers['if-none-match'] === '"v1"') response.statusCode = 304
      response.end(response.statusCode === 304 ? undefined : 'body')
    })
    await using front = await cached(backend.url)
    await front.get('/x')
    front.clock.advance(61_000)
    const confirmed = await front.get('/x')
    expect([confirmed.status, confirmed.text, confirmed.headers['x-at']]).toEqual([200, 'body', '2'])
    expect(status(confirmed)).toBe('gw; fwd=stale; fwd-status=304; stored')
    expect((await front.get('/x')).text).toBe('body')
    expect(backend.requests.length).toBe(2)
  })

  it('answers conditional requests, heads and ranges by what it has', async () => {
    await using backend = await backendServer((_r, response) => {
      response.writeHead(200, {
        'cache-control': 'max-age=60',
        etag: '"v1"',
        'content-type': 'text/plain',
        'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
      })
      response.end('0123456789')
    })
    await using front = await cached(backend.url)
    const missed = await front.get('/x', { 'if-none-match': '"v1"' })
    expect([missed.status, missed.text]).toEqual([304, ''])
    await until(() => front.log.length === 0 && backend.requests.length === 1)
    const same = await front.get('/x', { 'if-none-match': '"v0", W/"v1"' })
    const since = await front.get('/x', { 'if-modified-since': 'Mon, 07 Nov 1994 08:49:37 GMT' })
    const other = await front.get('/x', {
      'if-none-match': '"v2"',
      'if-modified-since': 'Mon, 07 Nov 1994 08:49:37 GMT',
    })
    const head = await front.send('HEAD', '/x')
    expect([same.status, same.headers['content-type'], since.status, other.status, other.text]).toEqual([
      304,
      undefined,
      304,
      200,
      '0123456789',
    ])
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '10', ''])
    const range = async (value: string, condition = '"v1"') => {
      const seen = await front.get('/x', { range: value, 'if-range': condition })
      return [seen.status, seen.headers['content-range'], seen.text]
    }
    expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await range('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await range('bytes=8-99')).toEqual([206, 'bytes 8-9/10', '89'])
    expect(await range('bytes=10-')).toEqual([416, 'bytes */10', ''])
    expect(await range('bytes=0-1,3-4')).toEqual([200, undefined, '0123456789'])
    expect(await range('bytes=4-2')).toEqual([200, undefined, '0123456789'])
    expect(await range('bytes=2-4', '"v2"')).toEqual([200, undefined, '0123456789'])
    expect(backend.requests.length).toBe(1)
  })

  it('keeps apart what varies', async () => {
    await using backend = await backendServer((request, response) => {
      response.writeHead(200, { 'cache-control': 'max-age=60', vary: 'Accept-Language' })
      response.end(String(request.headers['accept-language']))
    })
    await using front = await cached(backend.url)
    for (const language of ['de', 'en', 'de', 'DE', 'en'])
      expect((await front.get('/x', { 'accept-language': language })).text).toBe(language.toLowerCase())
    expect((await front.get('/x')).text).toBe('undefined')
    expect(backend.requests.length).toBe(3)
  })

  it.each([
    ['no-store', { 'cache-control': 'no-store, max-age=60' }, {}],
    ['private', { 'cache-control': 'private, max-age=60' }, {}],
    ['no-cache', { 'cache-control': 'no-cache, max-age=60' }, {}],
    ['vary by everything', { 'cache-control': 'max-age=60', vary: '*' }, {}],
    ['no lifetime at all', {}, {}],
    ['a cookie', { 'cache-control': 'max-age=60', 'set-cookie': 'session=1' }, {}],
    ['an answer to credentials', { 'cache-control': 'max-age=60' }, { authorization: 'Bearer x' }],
    ['an answer to a cookie', { 'cache-control': 'max-age=60' }, { cookie: 'a=b' }],
    ['a request not to', { 'cache-control': 'max-age=60' }, { 'cache-control': 'no-store' }],
    ['targeted no-store', { 'cache-control': 'max-age=60', 'cdn-cache-control': 'no-store' }, {}],
  ])('does not reuse: %s', async (_name, answer, request) => {
    await using backend = await backendServer((_r, response) => {
      response.writeHead(200, answer as Record<string, string>)
      response.end('ok')
    })
    await using front = await cached(backend.url)
    await front.get('/x', request)
    await front.get('/x', request)
    expect(backend.requests.length).toBe(2)
  })

  it('gives no answer to credentials to anybody else, unless it is public, and no cookie ever', async () => {
    await using backend = await backendServer((request, response) => {
      response.writeHead(200, {
        'cache-control': request.url === '/public' ? 'public, max-age=60' : 'max-age=60',
        'set-cookie': 's=1',
      })
      response.end(String(request.headers.authorization))
    })
    await using front = await cached(backend.url)
    const mine = { authorization: 'Bearer mine' }
    expect((await front.get('/x', mine)).text).toBe('Bearer mine')
    expect((await front.get('/x')).text).toBe('undefined')
    expect((await front.get('/public', mine)).headers['set-cookie']).toEqual(['s=1'])
    const reused = await front.get('/public')
    expect([reused.text, reused.headers['set-cookie']]).toEqual(['Bearer mine', undefined])
  })

  it('answers only from the store when asked to', async () => {
    await using backend = await backendServer((_r, response) => {
      response.setHeader('cache-control', 'max-age=60')
      response.end('ok')
    })
    await using front = await cached(backend.url)
    const only = { 'cache-control': 'only-if-cached' }
    expect((await front.get('/x', only)).status).toBe(504)
    await front.get('/x')
    expect((await front.get('/x', only)).status).toBe(200)
    expect(backend.requests.length).toBe(1)
  })

  it('heeds what a request asks of freshness, unless told not to', async () => {
    await using backend = await backendServer((_r, response, n) => {
      response.setHeader('cache-control', 'max-age=60')
      response.end(String(n))
    })
    await using heeding = await cached(backend.url)
    await using deaf = await cached(backend.url, { requests: 'ignore' })
    await heeding.get('/x')
    expect((await heeding.get('/x', { 'cache-control': 'no-cache' })).text).toBe('2')
    expect((await heeding.get('/x', { pragma: 'no-cache' })).text).toBe('3')
    heeding.clock.advance(65_000)
    expect((await heeding.get('/x', { 'cache-control': 'max-stale=10' })).text).toBe('3')
    expect((await heeding.get('/x', { 'cache-control': 'max-stale=1' })).text).toBe('4')
    expect((await heeding.get('/x', { 'cache-control': 'min-fresh=90' })).text).toBe('5')
    expect((await heeding.get('/x', { 'cache-control': 'max-age=10' })).text).toBe('5')
    await deaf.get('/x')
    expect((await deaf.get('/x', { 'cache-control': 'no-cache' })).text).toBe('6')
  })

  it('forgets what a change has outdated, and what the answer to it names', async () => {
    await using backend = await backendServer((request, response, n) => {
      if (request.method !== 'GET')
        response.writeHead(request.url === '/failing' ? 500 : 201, {
          location: '/list',
          'content-location': 'http://other.example/other',
        })
      else response.writeHead(200, { 'cache-control': 'max-age=60' })
      response.end(String(n))
    })
    await using front = await cached(backend.url)
    for (const path of ['/x', '/list', '/other', '/failing']) await front.get(path)
    await front.send('POST', '/x', { body: 'a' })
    await front.send('POST', '/failing', { body: 'a' })
    const seen = []
    for (const path of ['/x', '/list', '/other', '/failing']) seen.push((await front.get(path)).text)
    expect(seen).toEqual(['7', '8', '3', '4'])
  })

  it('gives a stale answer while it asks anew, once', async () => {
    await using backend = await backendServer((_r, response, n) => {
      response.setHeader('cache-control', 'max-age=60, stale-while-revalidate=30')
      response.end(String(n))
    })
    await using front = await cached(backend.url)
    await front.get('/x')
    front.clock.advance(70_000)
    expect(await Promise.all([1, 2, 3].map(async () => (await front.get('/x')).text))).toContain('1')
    await until(() => backend.requests.length === 2)
    let text = ''
    for (let n = 0; n < 100 && text !== '2'; n++) ({ text } = await front.get('/x'))
    expect(text).toBe('2')
    expect(backend.requests.length).toBe(2)
    front.clock.advance(91_000)
    expect((await front.get('/x')).text).toBe('3')
  })

  it.each([
    ['an error status', (r: ServerResponse) => void r.writeHead(503).end()],
    ['a broken connection', (r: ServerResponse) => void r.destroy()],
  ])('outlives %s by what is stale, for as long as it may', async (_name, fail) => {
    await using backend = await backendServer((request, response, n) => {
      if (n > 2) return fail(response)
      response.setHeader(
        'cache-control',
        request.url === '/strict' ? 'max-age=60, must-revalidate, stale-if-error=600' : 'max-age=60',
      )
      return response.end('good')
    })
    await using front = await cached(backend.url, { staleIfError: '1h' })
    await front.get('/x')
    await front.get('/strict')
    front.clock.advance(HOUR)
    const stale = await front.get('/x')
    expect([stale.status, stale.text]).toEqual([200, 'good'])
    expect(status(stale)).toMatch(/fwd=stale.*ttl=-3540.*detail=lost/)
    expect((await front.get('/strict')).status).toBeGreaterThan(500)
    front.clock.advance(61_000)
    expect((await front.get('/x')).status).toBeGreaterThan(500)
  })

  it('outlives a parked backend, without asking it', async () => {
    let down = false
    await using backend = await backendServer((_r, response) => {
      response.writeHead(down ? 502 : 200, { 'cache-control': 'max-age=60, stale-if-error=3600' })
      response.end('good')
    })
    await using front = await fronted({
      ...transport,
      backends: { a: { baseUrl: backend.url, circuit: { failures: 1, open: '10m' } } },
      routes: [{ path: '/**', to: 'a' }],
      cache: {},
    })
    await front.get('/x')
    down = true
    front.clock.advance(61_000)
    for (let n = 0; n < 5; n++) expect((await front.get('/x')).text).toBe('good')
    expect(status(await front.get('/x'))).toContain('detail=parked')
    expect((await front.get('/y')).status).toBe(503)
    expect(backend.requests.length).toBe(2)
  })

  it('does not store half of an answer, and breaks it off for the client too', async () => {
    await using backend = await backendServer((_r, response, n) => {
      response.writeHead(200, { 'cache-control': 'max-age=60', 'content-length': '10' })
      if (n > 1) return response.end('0123456789')
      response.write('01234')
      setImmediate(() => response.destroy())
      return undefined
    })
    await using front = await cached(backend.url)
    await expect(front.get('/x')).rejects.toThrow()
    expect((await front.get('/x')).text).toBe('0123456789')
    expect(backend.requests.length).toBe(2)
  })

  it('passes on what is too large to be stored', async () => {
    const body = 'x'.repeat(300_000)
    await using backend = await backendServer((request, response) => {
      response.writeHead(200, {
        'cache-control': 'max-age=60',
        ...(request.url === '/said' && { 'content-length': body.length }),
      })
      response.end(body)
    })
    await using front = await cached(backend.url, { maxEntryBytes: 100_000 })
    for (const path of ['/said', '/unsaid', '/said', '/unsaid'])
      expect((await front.get(path)).text).toBe(body)
    expect(backend.requests.length).toBe(4)
  })
})
