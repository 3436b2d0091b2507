import { describe, expect, test } from 'vitest'
import { http, updateWithEtag } from '../../src/index.js'
import { z } from 'zod'
import { collection, fault, mockRemote, on } from '../../src/testing/index.js'

const asking = (headers: Readonly<Record<string, string>> = {}): { headers: Headers } => ({
  headers: new Headers(headers),
})

describe('a collection', () => {
  test('keeps copies, in the order in which they came', () => {
    const things = collection<{ n: number }>({ a: { n: 1 } })
    const b = { n: 2 }
    things.set('b', b)
    b.n = 3
    things.get('a')!.n = 9
    expect([things.size, things.keys, things.values]).toEqual([2, ['a', 'b'], [{ n: 1 }, { n: 2 }]])
    expect(things.delete('a')).toBe(true)
    things.clear()
    expect([things.size, things.get('b'), things.etag('b')]).toEqual([0, undefined, undefined])
  })

  test('gives a tag that changes with each write, and never comes back', () => {
    const things = collection<number>()
    const tags = [1, 1, 2].map((n) => things.write(asking(), 'a', n).headers['etag'])
    things.delete('a')
    tags.push(things.write(asking(), 'a', 1).headers['etag'])
    expect(new Set(tags).size).toBe(4)
  })

  test.each([
    ['there is none', {}, 'none', 404],
    ['without conditions', {}, 'a', 200],
    ['another version is known', { 'if-none-match': '"v9"' }, 'a', 200],
    ['this version is known', { 'if-none-match': '"v9", W/"v1"' }, 'a', 304],
    ['any version is known', { 'if-none-match': '*' }, 'a', 304],
    ['this version is asked for', { 'if-match': '"v1"' }, 'a', 200],
    ['another version is asked for', { 'if-match': '"v2"' }, 'a', 412],
    ['weak tags do not match strongly', { 'if-match': 'W/"v1"' }, 'a', 412],
    ['any is asked for and there is none', { 'if-match': '*' }, 'none', 412],
  ])('reads: %s', (_, headers, key, status) => {
    expect(collection({ a: 1 }).read(asking(headers), key).status).toBe(status)
  })

  test.each([
    ['a new one', {}, 'b', 201],
    ['an old one', {}, 'a', 200],
    ['only where there is none, and there is', { 'if-none-match': '*' }, 'a', 412],
    ['only where there is none, and there is none', { 'if-none-match': '*' }, 'b', 201],
    ['only this version', { 'if-match': '"v1"' }, 'a', 200],
    ['another version', { 'if-match': '"v2"' }, 'a', 412],
    ['any version, and there is none', { 'if-match': '*' }, 'b', 412],
  ])('writes: %s', (_, headers, key, status) => {
    const things = collection({ a: 1 })
    expect(things.write(asking(headers), key, 7).status).toBe(status)
    expect(things.get(key)).toBe(status === 412 ? (key === 'a' ? 1 : undefined) : 7)
  })

  test('removes what is there, in the version that is asked for', () => {
    const things = collection({ a: 1 })
    expect(things.remove(asking({ 'if-match': '"v2"' }), 'a').status).toBe(412)
    expect(things.remove(asking({ 'if-match': '"v1"' }), 'a').status).toBe(204)
    expect(things.remove(asking(), 'a').status).toBe(404)
  })

  test('a value made of the old one', () => {
    const things = collection<number>()
    things.write(asking(), 'n', (old = 0) => old + 1)
    expect(things.write(asking(), 'n', (old = 0) => old + 1)).toMatchObject({ status: 200, body: 2 })
  })
})

test('updateWithEtag works on it: another writer, and a lost answer', async () => {
  const Page = z.looseObject({ title: z.string() })
  const at = (baseUrl: string): ReturnType<typeof http> => http({ name: 'site', baseUrl })
  const declare = (site: ReturnType<typeof http>) =>
    ({
      site,
      read: site.query({ name: 'read', path: '/pages/:id', response: Page }),
      write: site.target({
        name: 'write',
        method: 'PUT',
        path: '/pages/:id',
        response: Page,
        effect: 'idempotent',
      }),
    }) as const
  const first = declare(at('http://127.0.0.1:1'))
  const pages = collection<z.infer<typeof Page>>({ p1: { title: 'A', by: 'me' } })
  let rival = true
  await using remote = mockRemote(first.site, [
    on(first.read, (request) => pages.read(request, request.params.id)),
    on(first.write, (request) => {
      if (rival) pages.set('p1', { ...pages.get('p1')!, by: 'rival' })
      rival = false
      return pages.write(request, request.params.id, request.body as { title: string })
    }),
  ])
  const { url } = await remote.listen()
  const rename = updateWithEtag(at(url), {
    name: 'rename',
    path: '/pages/:id',
    response: Page,
    merge: (page, input: { id: string; title: string }) => ({ ...page, title: input.title }),
  })
  remote.fail(fault.lost({ on: first.write, after: 1 }))
  expect(await rename.run({ id: 'p1', title: 'B' })).toMatchObject({ as: expect.any(String) as string })
  expect(pages.get('p1')).toEqual({ title: 'B', by: 'rival' })
  expect(remote.requests.map((r) => [r.method, r.status])).toContainEqual(['PUT', 412])
  expect(remote.requests.map((r) => r.fault)).toContain('lost')
})
