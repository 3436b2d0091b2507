import { describe, expect, it } from 'vitest'
import { gateway } from '../../src/gateway/index.js'
import { httpServer, send } from '../support/loopback.js'
import { backendServer } from './backend-server.js'
import { fronted } from './fronted.js'

const named = (name: string) => backendServer((_, response) => void response.end(name))

describe('a routing table', () => {
  it('sends a request by the first row that matches, whatever fits better further down', async () => {
    await using a = await named('a')
    await using b = await named('b')
    await using front = await fronted({
      backends: { a: { baseUrl: a.url }, b: { baseUrl: b.url } },
      routes: [
        { path: '/content/**', headers: { 'x-preview': '1' }, to: 'b' },
        { path: '/content/**', to: 'a' },
        { path: '/content/special', to: 'b' },
        { path: '/products/:sku', to: 'b' },
      ],
    })
    expect((await front.get('/content/special')).text).toBe('a')
    expect((await front.get('/content/special', { 'x-preview': '1' })).text).toBe('b')
    expect((await front.get('/products/42')).text).toBe('b')
    expect((await front.get('/products/42/more')).status).toBe(404)
  })

  it('tells caches in front by which headers it chose', async () => {
    await using a = await named('a')
    await using front = await fronted({
      backends: { a: { baseUrl: a.url } },
      locale: { supported: ['en', 'de'], default: 'en', from: ['accept-language'] },
      routes: [
        { path: '/**', headers: { 'x-preview': true }, to: 'a' },
        { path: '/**', to: 'a' },
      ],
    })
    expect((await front.get('/')).headers['vary']).toBe('accept-language, x-preview')
  })

  it('chooses by host, in any case and with any port, and by one label below a host', async () => {
    await using a = await named('a')
    await using b = await named('b')
    await using front = await fronted({
      backends: { a: { baseUrl: a.url }, b: { baseUrl: b.url } },
      routes: [
        { path: '/**', host: 'www.example.com', to: 'a' },
        { path: '/**', host: '*.example.com', to: 'b' },
      ],
    })
    expect((await front.get('/', { host: 'WWW.example.com:8443' })).text).toBe('a')
    expect((await front.get('/', { host: 'shop.example.com' })).text).toBe('b')
    expect((await front.get('/', { host: 'a.shop.example.com' })).status).toBe(404)
    expect((await front.get('/', { host: 'wwwxexample.com' })).status).toBe(404)
  })

  it('chooses by locale: the path, a cookie, a header, and the languages asked for', async () => {
    await using a = await named('a')
    await using b = await named('b')
    await using front = await fronted({
      backends: { a: { baseUrl: a.url }, b: { baseUrl: b.url } },
      locale: {
        supported: ['en', 'de', 'de-CH'],
        default: 'en',
        from: ['path', { cookie: 'lang' }, { header: 'x-lang' }, { query: 'lang' }, 'accept-language'],
      },
      routes: [
        {
          path: '/pages/:id',
          locale: ['de', 'de-CH'],
          to: 'b',
          rewrite: { path: '/:locale/p/:id' },
          localeHeader: 'x-locale',
        },
        { path: '/**', to: 'a' },
      ],
    })
    expect((await front.get('/de/pages/1')).text).toBe('b')
    expect((await front.get('/pages/2', { cookie: 'a=b; lang=de-ch' })).text).toBe('b')
    expect((await front.get('/pages/3', { 'x-lang': 'DE' })).text).toBe('b')
    expect((await front.get('/pages/4?lang=de')).text).toBe('b')
    expect((await front.get('/pages/5', { 'accept-language': 'fr, de-AT;q=0.5, en;q=0.1' })).text).toBe('b')
    expect((await front.get('/pages/6', { 'accept-language': 'fr' })).text).toBe('a')
    expect(b.requests.map((r) => [r.url, r.headers['x-locale']])).toEqual([
      ['/de/p/1', 'de'],
      ['/de-CH/p/2', 'de-CH'],
      ['/de/p/3', 'de'],
      ['/de/p/4?lang=de', 'de'],
      ['/de/p/5', 'de'],
    ])
  })

  it('takes GET and HEAD unless a row says otherwise, and tells what there is', async () => {
    await using a = await named('a')
    await using front = await fronted({
      backends: { a: { baseUrl: a.url } },
      routes: [
        { path: '/x', to: 'a' },
        { path: '/x', methods: ['PUT'], to: 'a' },
      ],
    })
    const refused = await front.send('DELETE', '/x')
    expect([refused.status, refused.headers['allow']]).toEqual([405, 'GET, HEAD, PUT'])
    expect((await front.send('PUT', '/x', { body: 'abc' })).status).toBe(200)
    expect((await front.send('TRACE', '/x')).status).toBe(405)
    expect(a.requests.map((r) => [r.method, r.headers['content-length']])).toEqual([['PUT', '3']])
  })

  it('rewrites paths and queries', async () => {
    await using a = await named('a')
    await using front = await fronted({
      backends: { a: { baseUrl: `${a.url}/base` } },
      routes: [
        {
          path: '/content/**',
          to: 'a',
          rewrite: { strip: '/content', prefix: '/v3' },
          query: { drop: ['utm'], set: { k: 'v' }, sort: true },
        },
        { path: '/p/:sku', to: 'a', rewrite: { path: '/products/:sku' }, query: { keep: ['a'] } },
        { path: '/**', to: 'a' },
      ],
    })
    await front.get('/content/a/b?z=1&utm=x&b=2&k=theirs')
    await front.get('/content')
    await front.get('/p/a%20b?a=1&b=2')
    await front.get('/contents?q=%2F')
    expect(a.requests.map((r) => r.url)).toEqual([
      '/base/v3/a/b?b=2&k=v&z=1',
      '/base/v3/?k=v',
      '/base/products/a%20b?a=1',
      '/base/contents?q=%2F',
    ])
  })

  it('lets what is not of it go on to the next middleware', async () => {
    await using a = await named('a')
    const made = gateway({ backends: { a: { baseUrl: a.url } }, routes: [{ path: '/content/**', to: 'a' }] })
    await using server = await httpServer((request, response) =>
      made.node(request, response, () => void response.end('next')),
    )
    expect((await send(`${server.url}/other`, { method: 'GET' })).text).toBe('next')
    expect((await send(`${server.url}/content/x`, { method: 'GET' })).text).toBe('a')
    made.close()
  })
})

describe('nonsense options', () => {
  const a = { baseUrl: 'https://a.example' }
  const cases: readonly [string, () => unknown][] = [
    ['gateway "xconnector" routes: expected at least one', () => gateway({ backends: { a }, routes: [] })],
    [
      'route "/x" to: expected a backend',
      () => gateway({ backends: { a }, routes: [{ path: '/x', to: 'b' as 'a' }] }),
    ],
    ['path: expected a pattern', () => gateway({ backends: { a }, routes: [{ path: 'x', to: 'a' }] })],
    [
      'plaintext: true',
      () => gateway({ backends: { a: { baseUrl: 'http://a.example' } }, routes: [{ path: '/', to: 'a' }] }),
    ],
    [
      'credentials belong in',
      () =>
        gateway({
          backends: { a: { baseUrl: 'https://u:canary@a.example' } },
          routes: [{ path: '/', to: 'a' }],
        }),
    ],
    [
      'methods: expected names',
      () => gateway({ backends: { a }, routes: [{ path: '/', to: 'a', methods: ['CONNECT'] }] }),
    ],
    [
      '":y" is no parameter',
      () => gateway({ backends: { a }, routes: [{ path: '/:x', to: 'a', rewrite: { path: '/:y' } }] }),
    ],
    [
      'locale: expected the gateway',
      () => gateway({ backends: { a }, routes: [{ path: '/', to: 'a', locale: 'de' }] }),
    ],
    [
      'trust: expected addresses',
      () => gateway({ backends: { a }, routes: [{ path: '/', to: 'a' }], trust: ['x'] }),
    ],
    [
      'timeouts.answer',
      () =>
        gateway({ backends: { a: { ...a, timeouts: { answer: '0s' } } }, routes: [{ path: '/', to: 'a' }] }),
    ],
    [
      'name: expected a token',
      () => gateway({ name: 'a b', backends: { a }, routes: [{ path: '/', to: 'a' }] }),
    ],
  ]
  it.each(cases)('%s', (message, make) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
    expect(make).not.toThrow(/canary/)
  })

  it('does not compile with a backend that there is not', () => {
    const make = (): unknown =>
      gateway({
        backends: { a },
        // @ts-expect-error -- there is no backend "b"
        routes: [{ path: '/x', to: 'b' }],
      })
    expect(make).toThrow(TypeError)
  })
})
