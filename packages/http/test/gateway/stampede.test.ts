import { describe, expect, it } from 'vitest'
import { cacheKey, memoryCache, type CacheStore, type StoredAnswer } from '../../src/gateway/index.js'
import { backendServer } from './backend-server.js'
import { fronted, until } from './fronted.js'

/** A backend whose answers wait until they are let go. */
const held = async (headers: Record<string, string>) => {
  const waiting: (() => void)[] = []
  const backend = await backendServer((request, response, n) => {
    waiting.push(() => {
      response.writeHead(200, headers)
      response.end(`${n} ${request.headers['accept-language'] ?? ''}`.trim())
    })
  })
  return Object.assign(backend, {
    waiting,
    release: (): void => {
      for (const go of waiting.splice(0)) go()
    },
  })
}

const front = (baseUrl: string, cache = {}) =>
  fronted({
    backends: { a: { baseUrl, concurrency: 2000, circuit: false } },
    routes: [{ path: '/**', to: 'a' }],
    cache,
  })

const many = (n: number, f: (i: number) => Promise<{ text: string }>): Promise<string[]> =>
  Promise.all(Array.from({ length: n }, async (_, i) => (await f(i)).text))

describe('a stampede', () => {
  it('of a thousand is one request to the backend', async () => {
    await using backend = await held({ 'cache-control': 'max-age=60' })
    await using gate = await front(backend.url)
    const requests = Array.from({ length: 1000 }, () => gate.gateway.fetch(new Request('http://a.example/x')))
    await until(() => backend.waiting.length === 1)
    backend.release()
    const texts = await Promise.all(requests.map(async (r) => (await r).text()))
    expect(new Set(texts)).toEqual(new Set(['1']))
    expect(backend.requests.length).toBe(1)
  })

  it('lets each go by itself when the answer is not for sharing', async () => {
    await using backend = await held({ 'cache-control': 'private' })
    await using gate = await front(backend.url)
    const texts = many(10, () => gate.get('/x'))
    await until(() => backend.waiting.length === 1)
    backend.release()
    await until(() => backend.waiting.length === 9)
    backend.release()
    expect(new Set(await texts).size).toBe(10)
    // And for a while nobody waits for another there.
    const again = many(3, () => gate.get('/x'))
    await until(() => backend.waiting.length === 3)
    backend.release()
    await again
  })

  it('is one request for each language that answers differ by', async () => {
    await using backend = await held({ 'cache-control': 'max-age=60', vary: 'accept-language' })
    await using gate = await front(backend.url)
    const texts = many(20, (i) => gate.get('/x', { 'accept-language': ['de', 'en', 'fr'][i % 3]! }))
    await until(() => backend.waiting.length === 1)
    backend.release()
    await until(() => backend.waiting.length === 2)
    backend.release()
    const got = await texts
    expect(got.map((t) => t.split(' ')[1])).toEqual(got.map((_, i) => ['de', 'en', 'fr'][i % 3]))
    expect(backend.requests.length).toBe(3)
  })

  it('does not wait for a slow first one for ever', async () => {
    await using backend = await held({ 'cache-control': 'max-age=60' })
    await using gate = await front(backend.url, { coalesce: '3s' })
    const first = gate.get('/x')
    await until(() => backend.waiting.length === 1)
    const second = gate.get('/x')
    await until(() => gate.clock.pending >= 2)
    gate.clock.advance(3000)
    await until(() => backend.waiting.length === 2)
    backend.release()
    expect([(await first).text, (await second).text].sort()).toEqual(['1', '2'])
  })

  it('goes on for the others when the first client leaves', async () => {
    await using backend = await held({ 'cache-control': 'max-age=60' })
    await using gate = await front(backend.url)
    const leaving = new AbortController()
    const first = gate.gateway.fetch(new Request('http://a.example/x', { signal: leaving.signal }))
    await until(() => backend.waiting.length === 1)
    const second = gate.gateway.fetch(new Request('http://a.example/x'))
    leaving.abort()
    expect((await first).status).toBe(499)
    backend.release()
    expect(await (await second).text()).toBe('1')
    expect(backend.requests.length).toBe(1)
  })

  it('ends the request to the backend when the last client leaves', async () => {
    let closed = 0
    await using backend = await backendServer((request) => void request.on('close', () => closed++))
    await using gate = await front(backend.url)
    const leaving = new AbortController()
    const both = [1, 2].map(() =>
      gate.gateway.fetch(new Request('http://a.example/x', { signal: leaving.signal })),
    )
    await until(() => backend.requests.length === 1)
    leaving.abort()
    await Promise.all(both)
    await until(() => closed === 1)
  })

  it('shares one failure', async () => {
    await using backend = await backendServer((_, response) => void response.destroy())
    await using gate = await front(backend.url)
    const texts = await Promise.all(Array.from({ length: 20 }, async () => (await gate.get('/x')).status))
    expect(new Set(texts)).toEqual(new Set([502]))
    expect(backend.requests.length).toBeLessThan(20)
  })
})

describe('a purge', () => {
  const tagged = { 'cache-control': 'max-age=60', 'surrogate-key': 'home article-1', 'cache-tag': 'a, b' }

  it.each([
    ['key', { key: cacheKey('a', '/x') }],
    ['tag', { tag: 'article-1' }],
    ['cache tag', { tag: 'b' }],
    ['prefix', { prefix: 'a:/' }],
  ])('by %s removes what is stored, and tells how much', async (_, purge) => {
    await using backend = await backendServer((_r, response, n) => {
      response.writeHead(200, tagged)
      response.end(String(n))
    })
    await using gate = await front(backend.url)
    const first = await gate.get('/x')
    expect([first.headers['surrogate-key'], first.headers['cache-tag']]).toEqual([undefined, undefined])
    expect(await gate.gateway.purge.now(purge)).toEqual({ removed: 1 })
    expect((await gate.get('/x')).text).toBe('2')
  })

  it.each([
    ['key', { key: cacheKey('a', '/x') }],
    ['tag', { tag: 'home' }],
    ['prefix', { prefix: 'a:/x' }],
  ])('by %s wins over an answer that is on its way', async (_, purge) => {
    await using backend = await held(tagged)
    await using gate = await front(backend.url)
    const before = gate.get('/x')
    await until(() => backend.waiting.length === 1)
    await gate.gateway.purge.now(purge)
    const after = gate.get('/x')
    await until(() => backend.waiting.length === 2)
    backend.release()
    expect([(await before).text, (await after).text]).toEqual(['1', '2'])
    expect((await gate.get('/x')).text).toBe('2')
  })

  it('wins over a store that is slow', async () => {
    const inner = memoryCache()
    const storing: (() => void)[] = []
    const slow: CacheStore = {
      get: (key) => inner.get(key),
      set: (answer: StoredAnswer) =>
        new Promise((resolve) => {
          storing.push(() => resolve(inner.set(answer)))
        }),
      delete: (key) => inner.delete(key),
      purge: (what) => inner.purge(what),
    }
    await using backend = await backendServer((_r, response) => {
      response.writeHead(200, tagged)
      response.end('ok')
    })
    await using gate = await front(backend.url, { store: slow })
    await gate.get('/x')
    await gate.gateway.purge.now({ tag: 'home' })
    storing[0]!()
    await until(() => inner.entries === 0 && storing.length === 1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(inner.entries).toBe(0)
  })

  it('refuses what it cannot understand', async () => {
    await using backend = await backendServer()
    await using gate = await front(backend.url)
    await expect(gate.gateway.purge.now({ tag: '' })).rejects.toThrow('purge: expected one of')
    await expect(gate.gateway.purge.now({ tag: 'a', prefix: 'b' })).rejects.toThrow('purge: expected one of')
  })

  it('fails by its own name when the store does, and requests go on without it', async () => {
    const broken: CacheStore = {
      get: () => Promise.reject(new Error('down')),
      set() {
        throw new Error('down')
      },
      delete: () => Promise.reject(new Error('down')),
      purge: () => Promise.reject(new Error('down')),
    }
    await using backend = await held({ 'cache-control': 'max-age=60' })
    await using gate = await front(backend.url, { store: broken })
    const answer = gate.get('/x')
    await until(() => backend.waiting.length === 1)
    backend.release()
    expect((await answer).text).toBe('1')
    await expect(gate.gateway.purge.now({ tag: 'a' })).rejects.toMatchObject({
      _tag: 'PurgeFailed',
      kind: 'transient',
    })
    expect(gate.log.join()).toContain('the store of a cache failed')
  })
})
