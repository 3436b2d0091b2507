import { describe, expect, test } from 'vitest'
import { cacheKey, memoryCache, type CacheStore } from '../../src/gateway/index.js'
import { backendServer } from '../gateway/backend-server.js'
import { fronted, until } from '../gateway/fronted.js'

const MINUTE = { 'cache-control': 'max-age=60' }

describe('what a backend is told beside the request', () => {
  /** Makes links of the host that it was asked through, and does not say so. */
  const linking = () =>
    backendServer((request, response) => {
      response.writeHead(200, MINUTE)
      const { 'x-forwarded-host': host, 'x-forwarded-proto': scheme, forwarded } = request.headers
      const [, named] = /host="([^"]*)"/.exec(String(forwarded)) ?? []
      response.end(`${String(scheme)}://${String(host ?? named)}/`)
    })

  test.each(['both', 'x-forwarded', 'rfc7239'] as const)(
    'a page made for one host is not given to visitors of another (%s)',
    async (forwarded) => {
      await using backend = await linking()
      await using gate = await fronted({
        backends: { a: { baseUrl: backend.url } },
        routes: [{ path: '/**', to: 'a' }],
        cache: {},
        forwarded,
      })
      const poisoned = await gate.get('/', { host: 'evil.example' })
      expect(poisoned.text).toContain('evil.example')
      const visited = await gate.get('/', { host: 'shop.example' })
      expect(visited.text).toContain('shop.example')
      // And each is still answered from the store, in any case of its letters.
      expect((await gate.get('/', { host: 'SHOP.example' })).headers['cache-status']).toContain('hit')
      expect(backend.requests).toHaveLength(2)
      expect(await gate.gateway.purge.now({ key: cacheKey('a', '/') })).toEqual({ removed: 2 })
    },
  )

  test('an answer to http is not given over https, where it might redirect for ever', async () => {
    await using backend = await linking()
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
      cache: {},
      trust: ['127.0.0.1'],
    })
    const over = (scheme: string) => gate.get('/', { host: 'a.example', 'x-forwarded-proto': scheme })
    expect((await over('http')).text).toBe('http://a.example/')
    expect((await over('https')).text).toBe('https://a.example/')
  })

  test('hosts share one answer where the backend is told of none', async () => {
    await using backend = await linking()
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
      cache: {},
      forwarded: 'none',
    })
    await gate.get('/', { host: 'one.example' })
    expect((await gate.get('/', { host: 'two.example' })).headers['cache-status']).toContain('hit')
  })

  test('a locale that is told in a header keeps answers apart, though the backend does not say so', async () => {
    await using backend = await backendServer((request, response) => {
      response.writeHead(200, MINUTE)
      response.end(String(request.headers['x-locale']))
    })
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a', rewrite: {}, localeHeader: 'x-locale' }],
      locale: { supported: ['en', 'de'], default: 'en' },
      cache: {},
    })
    expect((await gate.get('/de/x')).text).toBe('de')
    expect((await gate.get('/en/x')).text).toBe('en')
    expect((await gate.get('/de/x')).text).toBe('de')
    expect(backend.requests).toHaveLength(2)
  })

  test('what a mapping makes of path and locale is not given for another path or locale', async () => {
    await using backend = await backendServer((_, response) => {
      response.writeHead(200, { ...MINUTE, 'content-type': 'application/json' })
      response.end('{}')
    })
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [
        {
          path: '/:page',
          to: 'a',
          rewrite: { path: '/one' },
          json: { response: (_, { params, locale }) => ({ page: params['page']!, locale: locale! }) },
        },
      ],
      locale: { supported: ['en', 'de'], default: 'en', from: ['path'] },
      cache: {},
    })
    const got = async (path: string): Promise<unknown> => JSON.parse((await gate.get(path)).text)
    expect(await got('/en/a')).toEqual({ page: 'a', locale: 'en' })
    expect(await got('/de/a')).toEqual({ page: 'a', locale: 'de' })
    expect(await got('/en/b')).toEqual({ page: 'b', locale: 'en' })
    expect(backend.requests).toHaveLength(3)
  })
})

describe('cookies of an answer', () => {
  const session = async (cacheControl: string) => {
    const waiting: (() => void)[] = []
    const backend = await backendServer((_, response, n) => {
      waiting.push(() => {
        response.writeHead(200, { 'cache-control': cacheControl, 'set-cookie': `session=${n}` })
        response.end('page')
      })
    })
    const gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a', pass: { setCookie: true } }],
      cache: {},
    })
    return { backend, gate, waiting }
  }

  test('are given to the one whose request brought it, and to nobody who waited with it', async () => {
    const { backend, gate, waiting } = await session('public, max-age=60')
    await using _b = backend
    await using _g = gate
    const all = Array.from({ length: 3 }, () => gate.gateway.fetch(new Request('http://a.example/')))
    await until(() => waiting.length === 1)
    for (const go of waiting.splice(0)) go()
    const cookies = (await Promise.all(all)).map((r) => r.headers.get('set-cookie'))
    expect(cookies.filter((c) => c !== null)).toEqual(['session=1'])
    expect(backend.requests).toHaveLength(1)
    const stored = await gate.gateway.fetch(new Request('http://a.example/'))
    expect([stored.headers.get('set-cookie'), await stored.text()]).toEqual([null, 'page'])
  })
})

describe('a store that breaks its promises', () => {
  const broken = (over: Partial<CacheStore>): CacheStore => ({ ...memoryStore(), ...over })
  const memoryStore = (): CacheStore => {
    const memory = memoryCache()
    return {
      get: async (key) => memory.get(key),
      set: async (answer) => memory.set(answer),
      delete: async (key) => memory.delete(key),
      purge: async (what) => memory.purge(what),
    }
  }

  test.each([
    ['undefined', undefined],
    ['an answer without parts', [{ variant: undefined }]],
  ])('and gives %s: a problem, and not the end of the process', async (_, given) => {
    await using backend = await backendServer()
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
      cache: { store: broken({ get: async () => given as never }) },
    })
    expect((await gate.get('/')).status).toBe(500)
    expect((await gate.gateway.fetch(new Request('http://a.example/'))).status).toBe(500)
    expect(gate.log.join('\n')).toContain('the store of a cache failed')
  })
})

describe('credentials and shared answers', () => {
  test('what came under credentials is stored only where it says so, and a visitor without them asks for himself', async () => {
    await using backend = await backendServer((request, response) => {
      response.writeHead(200, {
        'cache-control': request.url === '/public' ? 'public, max-age=60' : 'max-age=60',
      })
      response.end(String(request.headers.authorization))
    })
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a', pass: { authorization: true } }],
      cache: {},
    })
    const by = (who: string, path: string) => gate.get(path, { authorization: `Bearer ${who}` })
    expect((await by('ann', '/mine')).text).toBe('Bearer ann')
    expect((await by('bob', '/mine')).text).toBe('Bearer bob')
    expect((await gate.get('/mine')).text).toBe('undefined')
    // What was stored for nobody in particular may not be for those who say who they are.
    expect((await by('ann', '/mine')).text).toBe('Bearer ann')
    expect((await by('ann', '/public')).text).toBe('Bearer ann')
    expect((await by('bob', '/public')).text).toBe('Bearer ann')
  })

  test('a page made for a cookie is not given to who has none, nor to who has another', async () => {
    await using backend = await backendServer((request, response) => {
      response.writeHead(200, MINUTE)
      response.end(String(request.headers.cookie))
    })
    await using gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a', pass: { cookie: true } }],
      cache: {},
    })
    expect((await gate.get('/', { cookie: 'who=ann' })).text).toBe('who=ann')
    expect((await gate.get('/')).text).toBe('undefined')
    expect((await gate.get('/', { cookie: 'who=bob' })).text).toBe('who=bob')
  })
})

describe('a purge that meets an answer on its way', () => {
  const holding = async (answer: Record<string, string>) => {
    const waiting: (() => void)[] = []
    const backend = await backendServer((request, response, n) => {
      waiting.push(() => {
        const known = request.headers['if-none-match'] !== undefined
        response.writeHead(known ? 304 : 200, { etag: '"1"', ...answer })
        response.end(known ? undefined : String(n))
      })
    })
    const gate = await fronted({
      backends: { a: { baseUrl: backend.url } },
      routes: [{ path: '/**', to: 'a' }],
      cache: {},
    })
    const got = async (release: () => unknown): Promise<string> => {
      const asked = gate.get('/x')
      await until(() => waiting.length === 1)
      await release()
      waiting.shift()!()
      return (await asked).text
    }
    const purge = () => gate.gateway.purge.now({ key: cacheKey('a', '/x') })
    return { backend, gate, got, purge }
  }

  test('is given, and not stored: the next one asks anew', async () => {
    const { backend, gate, got, purge } = await holding(MINUTE)
    await using _b = backend
    await using _g = gate
    expect(await got(purge)).toBe('1')
    expect(await got(() => undefined)).toBe('2')
    expect((await gate.get('/x')).headers['cache-status']).toContain('hit')
  })

  test('also where the backend says that what was stored still holds', async () => {
    const { backend, gate, got, purge } = await holding({ 'cache-control': 'max-age=1' })
    await using _b = backend
    await using _g = gate
    expect(await got(() => undefined)).toBe('1')
    gate.clock.advance(2000)
    expect(await got(purge)).toBe('1')
    expect(await got(() => undefined)).toBe('3')
  })
})
