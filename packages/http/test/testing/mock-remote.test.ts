import { describe, expect, test } from 'vitest'
import { isFailure, right } from '@xconnector/core'
import { apiKey, bearer, http, json } from '../../src/index.js'
import {
  collection,
  fault,
  mockRemote,
  on,
  problem,
  reply,
  type MockRemote,
} from '../../src/testing/index.js'
import { Page, siteAt, WAYS, type Site } from './site.js'

const home: Page = { uid: 'p1', title: 'Home' }

/** A small remote with state. */
const stateful =
  (pages = collection<Page>()) =>
  (site: Site): MockRemote => {
    let revision = 0
    return mockRemote(site.site, [
      on(site.page, (request) => pages.read(request, request.params.uid)),
      on(site.put, { path: '/pages/:uid' }, async (request) =>
        pages.write(request, request.params['uid']!, await request.read(Page)),
      ),
      on(site.post, async (request) => {
        const page = await request.read(Page)
        pages.set(page.uid, page)
        return { revision: ++revision }
      }),
      on(site.remove, (request) => pages.remove(request, request.params.uid)),
      on(site.search, ({ body }) => ({ count: String((body as { q: string }).q.length) })),
      on(site.notify, () => undefined),
      on(site.file, ({ params }) => (params.id === 'none' ? problem(404) : Buffer.from('0123456789'))),
      on(site.list, ({ query }) =>
        query.get('cursor') === null
          ? { items: pages.values, next: 'c2' }
          : { items: [{ uid: 'last' }], next: null },
      ),
    ])
  }

describe.each(WAYS)('by %s', (_, reach) => {
  test('each kind of call is answered by what was declared, on state that is kept', () =>
    reach(stateful(), async (site, remote) => {
      expect(await site.post.run(home)).toEqual({ revision: 1 })
      expect(await site.page.run({ uid: 'p1' })).toEqual(home)
      expect(await site.put.run({ ...home, title: 'Start' })).toEqual({ uid: 'p1', title: 'Start' })
      expect(await site.search.run({ q: 'four' })).toEqual({ count: 4 })
      expect(await site.notify.call({ text: 'hi' })).toEqual(right(undefined))
      const items: unknown[] = []
      for await (const item of site.list.items()) items.push(item)
      expect(items).toEqual([{ uid: 'p1' }, { uid: 'last' }])
      await site.remove.run({ uid: 'p1' })
      expect(await site.page.call({ uid: 'p1' })).toMatchObject({ left: { _tag: 'NotFound' } })
      expect(remote.requests.map((r) => [r.call, r.status])).toEqual([
        ['post', 200],
        ['page', 200],
        ['put', 200],
        ['search', 200],
        ['notify', 204],
        ['list', 200],
        ['list', 200],
        ['remove', 204],
        ['page', 404],
      ])
      remote.check()
    }))

  test('a download that breaks off goes on, for its bytes are served by range', () =>
    reach(stateful(), async (site, remote) => {
      remote.fail(fault.truncated({ bytes: 4 }))
      const { body } = await site.file.run({ id: 'f1' })
      const pieces: Buffer[] = []
      for await (const piece of body) pieces.push(piece as Buffer)
      expect(Buffer.concat(pieces).toString()).toBe('0123456789')
      expect(remote.requests.map((r) => [r.status, r.headers['range']])).toEqual([
        [0, undefined],
        [206, 'bytes=4-'],
      ])
      expect(await site.file.call({ id: 'none' })).toMatchObject({ left: { _tag: 'NotFound' } })
    }))

  test('a request that no handler answers fails loudly, with the nearest declared path, and once', () =>
    reach(
      (site) => mockRemote(site.site, [on(site.page, () => home), on(site.notify, () => undefined)]),
      async (site, remote) => {
        const result = await site.post.call(home)
        expect(result).toMatchObject({ left: { _tag: 'Rejected', status: 501 } })
        expect(remote.requests).toHaveLength(1)
        expect(remote.troubles).toEqual([
          'no handler for POST /pages of "site"; the nearest is POST /notes ("notify")',
        ])
        expect(JSON.stringify(result)).toContain('the nearest is POST /notes')
        expect(() => remote.check()).toThrow(/no handler for POST \/pages/)
      },
    ))

  test('a handler that throws fails the call, once, and the check at the end', () =>
    reach(
      (site) =>
        mockRemote(site.site, [
          on(site.page, () => {
            throw new Error('oh')
          }),
        ]),
      async (site, remote) => {
        expect(await site.page.call({ uid: 'a' })).toMatchObject({ left: { _tag: 'Rejected', status: 501 } })
        expect(remote.requests).toHaveLength(1)
        expect(() => remote.check()).toThrow(/the handler of "page" threw: oh/)
      },
    ))

  test('a keyed request is done once for its key: the answer is given again, another payload refused', () =>
    reach(stateful(), async (site, remote) => {
      remote.fail(fault.lost())
      expect(await site.post.call(home, { key: 'k "1"' })).toEqual(right({ revision: 1 }))
      expect(await site.post.call(home, { key: 'k "1"' })).toEqual(right({ revision: 1 }))
      expect(remote.requests.map((r) => [r.status, r.key, r.replayed])).toEqual([
        [0, 'k%20"1"', undefined],
        [200, 'k%20"1"', true],
        [200, 'k%20"1"', true],
      ])
      const other = await site.post.call({ ...home, title: 'Other' }, { key: 'k "1"' })
      expect(other).toMatchObject({ left: { _tag: 'Rejected', status: 422 } })
      expect(await site.post.run(home, { key: 'k2' })).toEqual({ revision: 2 })
    }))
})

describe('without a network', () => {
  test('the first request with a key that is still at work makes the second a conflict', async () => {
    const site = siteAt('https://site.test/api')
    const waiting = Promise.withResolvers<{ revision: number }>()
    const remote = mockRemote(site.site, [on(site.post, () => waiting.promise)])
    const send = (): Promise<Response> =>
      remote.fetch(
        new Request('https://site.test/api/pages', {
          method: 'POST',
          body: '{}',
          headers: { 'idempotency-key': '"k"', 'content-type': 'application/json' },
        }),
      )
    const first = send()
    const second = await send()
    expect([second.status, second.headers.get('retry-after')]).toEqual([409, '1'])
    waiting.resolve({ revision: 1 })
    expect(await (await first).json()).toEqual({ revision: 1 })
  })

  test('bodies are read by their type, and refused by a decoder with their issues', async () => {
    const site = siteAt('https://site.test')
    const seen: unknown[] = []
    const remote = mockRemote(site.site, [
      on(site.notify, (request) => void seen.push(request.body)),
      on(site.post, async (request) => {
        seen.push(await request.read(Page))
        return { revision: 1 }
      }),
    ])
    const post = (path: string, type: string, body: string | FormData): Promise<Response> =>
      remote.fetch(
        new Request(`https://site.test${path}`, {
          method: 'POST',
          body,
          ...(type !== '' && { headers: { 'content-type': type } }),
        }),
      )
    await post('/notes', 'application/json', '{"a":[1]}')
    await post('/notes', 'application/x-www-form-urlencoded', 'a=1&b=2&b=3&__proto__=x')
    await post('/notes', 'text/plain', 'hello')
    await post('/notes', 'image/png', 'x')
    expect(seen.slice(0, 3)).toEqual([{ a: [1] }, { a: '1', b: ['2', '3'], ['__proto__']: 'x' }, 'hello'])
    expect(seen[3]).toBeUndefined()
    expect((await post('/notes', 'application/json', '{')).status).toBe(400)
    const wrong = await post('/pages', 'application/json', '{"uid":1}')
    expect([wrong.status, JSON.stringify(await wrong.json())]).toEqual([
      422,
      expect.stringContaining('title'),
    ])
    expect(remote.troubles).toEqual([])
  })

  test('requests of a path that was declared for names do not reach names that are empty or cannot be read', async () => {
    const site = siteAt('https://site.test')
    const remote = mockRemote(site.site, [on(site.page, ({ params }) => ({ uid: params.uid, title: '' }))])
    const get = async (path: string): Promise<unknown> =>
      (await remote.fetch(new Request(`https://site.test${path}`))).status
    expect(await get('/pages/a%2Fb')).toBe(200)
    expect(await get('/pages/')).toBe(501)
    expect(await get('/pages/%zz')).toBe(501)
    expect(await get('/pages/a/b')).toBe(501)
  })

  test('what is fixed goes before what is named, and what is conditional before what is not', async () => {
    const site = http({ name: 'site', baseUrl: 'https://site.test' })
    const any = site.query({ name: 'any', path: '/pages/:uid' })
    const latest = site.query({ name: 'latest', path: '/pages/latest' })
    const drafts = site.query({ name: 'drafts', path: '/pages/:uid', query: { draft: true } })
    const remote = mockRemote(site, [
      on(any, () => 'any'),
      on(latest, () => 'latest'),
      on(drafts, { when: ({ query }) => query.has('draft') }, () => 'draft'),
    ])
    const get = async (path: string): Promise<string> =>
      (await remote.fetch(new Request(`https://site.test${path}`))).text()
    expect([await get('/pages/latest'), await get('/pages/x'), await get('/pages/x?draft=true')]).toEqual([
      'latest',
      'any',
      'draft',
    ])
    remote.use(on(any, () => reply(200, { body: 'other' })))
    expect(await get('/pages/x')).toBe('other')
    expect(await get('/pages/x?draft=true')).toBe('draft')
  })

  test('the log shows no credential', async () => {
    const site = http({
      name: 'site',
      baseUrl: 'https://site.test',
      auth: apiKey({ header: 'x-mine', key: 'pl4nted-key' }),
    })
    const post = site.target({
      name: 'post',
      method: 'POST',
      path: '/a',
      body: json<object>(),
      effect: 'keyed',
    })
    const remote = mockRemote(site, [on(post, () => undefined)])
    await remote.fetch(
      new Request('https://site.test/a?access_token=pl4nted-query&q=pl4nted-key', {
        method: 'POST',
        headers: {
          'x-mine': 'pl4nted-key',
          authorization: 'Bearer pl4nted-bearer',
          cookie: 'sid=pl4nted-cookie',
          'content-type': 'application/json',
        },
        body: '{"password":"pl4nted-body","note":"pl4nted-bearer"}',
      }),
    )
    expect(remote.requests[0]).toMatchObject({
      call: 'post',
      status: 204,
      headers: { 'x-mine': '[redacted]' },
    })
    expect(JSON.stringify(remote.requests)).not.toMatch(/pl4nted/)
  })

  test('nonsense is refused where it is said', () => {
    const site = siteAt('https://site.test')
    const other = siteAt('https://other.test')
    const handler = (): never => reply(204) as never
    expect(() => mockRemote({}, [])).toThrow(/expected an HTTP client/)
    expect(() => mockRemote(site.site, [on(other.page, handler)])).toThrow(/a call of the client "site"/)
    expect(() => on(site.put, handler)).toThrow(/on "put" path/)
    expect(() => on(site.page, undefined as never)).toThrow(/expected a function/)
    expect(() => on({}, handler)).toThrow(/as an HTTP client declared it/)
    expect(() => mockRemote(site.site, [on(site.page, handler), on(site.page, handler)])).toThrow(
      /two handlers for GET/,
    )
    expect(() => reply(99)).toThrow(/reply status/)
  })

  test('a client whose base URL comes from configuration wants it said for msw', async () => {
    const base = { isSetting: true } as never
    expect(base).toBeDefined()
    const { config, text } = await import('@xconnector/core')
    const env = config({ SITE_URL: text })
    const site = http({ name: 'site', baseUrl: env.SITE_URL, auth: bearer('t0ken') })
    const page = site.query({ name: 'page', path: '/a' })
    await expect(mockRemote(site, [on(page, () => null)]).handlers()).rejects.toThrow(/baseUrl/)
    const remote = mockRemote(site, [on(page, () => null)], { baseUrl: 'https://site.test/x/' })
    expect(await remote.handlers()).toHaveLength(1)
    const answer = await remote.fetch(new Request('https://site.test/x/a'))
    expect(await answer.json()).toBeNull()
    expect(isFailure(answer)).toBe(false)
  })
})
