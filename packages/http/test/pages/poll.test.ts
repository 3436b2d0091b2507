import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  createDestination,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  right,
  silentLogger,
  target,
  type MemoryStore,
  type Source,
} from '@xconnector/core'
import { virtualClock } from '@xconnector/core/testing'
import { http, type Next } from '../../src/index.js'
import { listing, type Asked, type Listed } from '../support/listing.js'

const Item = z.object({ id: z.string(), at: z.number() })
type Item = z.infer<typeof Item>
const Page = z.object({
  items: z.array(z.unknown()),
  next: z.string().nullish(),
  more: z.boolean().optional(),
})
type Page = z.infer<typeof Page>

const listOver = (url: string, next: Next<Page> = { cursor: (p) => p.next, query: 'c' }) => {
  const api = http({ name: 'api', baseUrl: url })
  const list = api.pages({
    name: 'list',
    path: '/items',
    query: (since: number | undefined) => ({ since }),
    response: Page,
    items: (p) => p.items,
    next,
  })
  return { api, list }
}

/** A runtime that polls; stops with a real stop, or is dropped as by a crash. */
const running = async (source: Source<Item>, store: MemoryStore = memoryStore(), clock = virtualClock()) => {
  const got: string[] = []
  const sink = target({
    name: 'sink',
    destination: createDestination({ name: 'sink' }),
    effect: 'idempotent',
    call: (item: Item) => ({ result: right(got.push(item.id)), seen: { as: 'ok' as const } }),
  })
  const take = flow('take').from(source).to(sink).otherwise(deadLetter())
  const runtime = createRuntime({
    flows: [take],
    journal: memoryJournal({ clock, store }),
    clock,
    log: silentLogger,
  })
  await runtime.start()
  return {
    got,
    clock,
    store,
    runtime,
    async stop() {
      const stopped = runtime.stop()
      await clock.advanceBy(60_000)
      await stopped
    },
  }
}

const item = (n: number): Item => ({ id: `i${n}`, at: n })

describe('a poll over pages', () => {
  test('asks only for what changed: 304 is nothing new, and a changed list gives what is new in it', async () => {
    let version = 1
    await using server = await listing((_, { headers }): Listed => {
      const etag = `"v${version}"`
      if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } }
      return { headers: { etag }, body: { items: [item(1), ...(version > 1 ? [item(2)] : [])] } }
    })
    const { list, api } = listOver(server.url)
    const source = list.poll({
      name: 'p',
      every: '1m',
      decode: Item,
      id: (i) => i.id,
      input: () => undefined,
    })
    const r = await running(source)
    await r.clock.advanceBy(1000)
    await r.clock.advanceBy(149_000)
    expect(r.got).toEqual(['i1'])
    expect(server.asked.map((a) => a.headers['if-none-match'])).toEqual([undefined, '"v1"', '"v1"'])
    version = 2
    await r.clock.advanceBy(60_000)
    expect(r.got).toEqual(['i1', 'i2'])
    await r.stop()
    api.close()
  })

  test('a list of several pages is never asked for conditionally: a later page may have changed', async () => {
    await using server = await listing((url) => ({
      headers: { etag: '"same"' },
      body: url.searchParams.has('c') ? { items: [item(2)] } : { items: [item(1)], next: 'b' },
    }))
    const { list, api } = listOver(server.url)
    const source = list.poll({
      name: 'p',
      every: '1m',
      decode: Item,
      id: (i) => i.id,
      input: () => undefined,
    })
    const r = await running(source)
    await r.clock.advanceBy(90_000)
    expect(r.got).toEqual(['i1', 'i2'])
    expect(server.asked.map((a) => a.headers['if-none-match'])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    await r.stop()
    api.close()
  })

  test('a crash between pages loses nothing and repeats nothing', async () => {
    let broken = true
    await using server = await listing((url): Listed => {
      const page = Number(url.searchParams.get('c') ?? 0)
      if (page === 2 && broken) return { status: 404 }
      return {
        body: { items: [item(2 * page), item(2 * page + 1)], next: page < 3 ? String(page + 1) : null },
      }
    })
    const { list, api } = listOver(server.url)
    const poll = () =>
      list.poll({ name: 'p', every: '1m', decode: Item, id: (i) => i.id, input: () => undefined })
    const first = await running(poll())
    await first.clock.advanceBy(1000)
    expect(first.got).toEqual(['i0', 'i1', 'i2', 'i3'])
    await first.stop()
    broken = false
    server.asked.length = 0
    const second = await running(poll(), first.store, first.clock)
    await second.clock.advanceBy(1000)
    expect(second.got).toEqual(['i4', 'i5', 'i6', 'i7'])
    expect(server.asked.map((a) => a.url)).toEqual(['/items?c=2', '/items?c=3'])
    await second.stop()
    api.close()
  })

  test('by time asks for what changed since, and for a window that overlaps, and gives nothing twice', async () => {
    const base = virtualClock().now() - 1e7
    const rows = [{ id: 'a', at: base }]
    await using server = await listing((url) => ({
      body: { items: rows.filter((r) => r.at >= Number(url.searchParams.get('since') ?? 0)) },
    }))
    const { list, api } = listOver(server.url)
    const source = list.poll({
      name: 'p',
      every: '1m',
      decode: Item,
      id: (i) => i.id,
      time: (i) => i.at,
      lookback: '5m',
      input: ({ since }) => since,
    })
    const r = await running(source)
    await r.clock.advanceBy(1000)
    rows.push({ id: 'late', at: base - 60_000 }, { id: 'b', at: base + 1000 })
    await r.clock.advanceBy(120_000)
    expect([...r.got].sort()).toEqual(['a', 'b', 'late'])
    expect(server.asked.map((a) => a.url)).toEqual([
      '/items',
      `/items?since=${base - 300_000}`,
      `/items?since=${base + 1000 - 300_000}`,
    ])
    await r.stop()
    api.close()
  })

  test('from the end: a token that stands for what is new is kept, and one that is gone begins anew', async () => {
    const rows = [item(0), item(1)]
    let gone = false
    await using server = await listing((url): Listed => {
      const c = url.searchParams.get('c')
      if (gone && c !== null) {
        gone = false
        return { status: 410 }
      }
      const from = Number(c ?? 0)
      return { body: { items: rows.slice(from), next: String(rows.length), more: false } }
    })
    const { list, api } = listOver(server.url, {
      cursor: (p) => p.next,
      more: (p) => p.more === true,
      query: 'c',
    })
    const source = list.poll({
      name: 'p',
      every: '1m',
      from: 'end',
      decode: Item,
      id: (i) => i.id,
      input: () => undefined,
    })
    const r = await running(source)
    await r.clock.advanceBy(1000)
    rows.push(item(2))
    await r.clock.advanceBy(60_000)
    expect(r.got).toEqual(['i0', 'i1', 'i2'])
    gone = true
    rows.push(item(3))
    await r.clock.advanceBy(60_000)
    expect(r.got.at(-1)).toBe('i3')
    expect(server.asked.map((a) => a.url)).toEqual(['/items', '/items?c=2', '/items?c=3', '/items'])
    await r.stop()
    api.close()
  })

  test.each<[string, Next<Page>, (asked: Asked) => string]>([
    ['an offset', { offset: 'o' }, (a) => a.url],
    ['a page number', { page: 'p', first: 0, limit: 'n', size: 2 }, (a) => a.url],
  ])('from the end: a list that grows goes on by %s', async (_, next, urlOf) => {
    const rows = [item(0), item(1), item(2)]
    await using server = await listing((url) => {
      const from = url.searchParams.has('o')
        ? Number(url.searchParams.get('o'))
        : 2 * Number(url.searchParams.get('p'))
      return { body: { items: rows.slice(from, from + 2) } }
    })
    const { list, api } = listOver(server.url, next)
    const source = list.poll({
      name: 'p',
      every: '1m',
      from: 'end',
      decode: Item,
      id: (i) => i.id,
      input: () => undefined,
    })
    const r = await running(source)
    await r.clock.advanceBy(1000)
    const before = server.asked.length
    rows.push(item(3))
    await r.clock.advanceBy(60_000)
    expect(r.got).toEqual(['i0', 'i1', 'i2', 'i3'])
    expect(server.asked.slice(before).map(urlOf)).not.toContain(urlOf(server.asked[0]!))
    await r.stop()
    api.close()
  })

  test('odd pages accept nothing, and the list is asked for again', async () => {
    const answers: Listed[] = [
      { body: { items: [item(1)], next: 'a' } },
      { body: { items: [item(2)], next: 'a' } },
      { body: 'no page' },
      { status: 500 },
      { body: { items: [{ id: 7 }, item(3)] } },
    ]
    await using server = await listing(() => answers.shift() ?? { body: { items: [] } })
    const { list, api } = listOver(server.url)
    const source = list.poll({
      name: 'p',
      every: '1m',
      backOff: { multiplier: 0 },
      decode: Item,
      id: (i) => i.id,
      input: () => undefined,
    })
    const r = await running(source)
    await r.clock.advanceBy(600_000)
    expect(r.got).toContain('i1')
    expect(r.got).toContain('i3')
    expect(new Set(r.got).size).toBe(r.got.length)
    await r.stop()
    api.close()
  })

  test('a link that leads elsewhere accepts nothing', async () => {
    await using server = await listing(() => ({
      headers: { link: '<https://evil.example/>; rel=next' },
      body: { items: [item(1)] },
    }))
    const { list, api } = listOver(server.url, { link: 'next' })
    const source = list.poll({
      name: 'p',
      every: '1m',
      decode: Item,
      id: (i) => i.id,
      input: () => undefined,
    })
    const r = await running(source)
    await r.clock.advanceBy(1000)
    expect(r.got).toEqual([])
    await r.stop()
    api.close()
  })

  test('Retry-After is heard', async () => {
    let n = 0
    await using server = await listing((): Listed =>
      n++ === 0 ? { status: 429, headers: { 'retry-after': '600' } } : { body: { items: [item(1)] } },
    )
    const { list, api } = listOver(server.url)
    const source = list.poll({
      name: 'p',
      every: '1m',
      decode: Item,
      id: (i) => i.id,
      input: () => undefined,
    })
    const r = await running(source)
    await r.clock.advanceBy(590_000)
    expect(server.asked).toHaveLength(1)
    await r.clock.advanceBy(200_000)
    expect(r.got).toEqual(['i1'])
    await r.stop()
    api.close()
  })

  test('types and options', () => {
    const { list, api } = listOver('https://api.example')
    const source = list.poll({
      name: 'p',
      every: '1m',
      decode: Item,
      id: (i) => i.id,
      input: ({ since }) => since,
    })
    expectTypeOf(source).toEqualTypeOf<Source<Item>>()
    // @ts-expect-error the list takes an input
    const without = (): unknown => list.poll({ name: 'p', every: '1m', decode: Item, id: (i: Item) => i.id })
    expect(without).toBeTypeOf('function')
    const bad = (wrong: object) => () =>
      list.poll({ name: 'p', every: '1m', decode: Item, id: (i: Item) => i.id, ...wrong } as never)
    expect(bad({ from: 'middle' })).toThrow(/from: expected 'start' or 'end'/)
    expect(bad({ input: 7 })).toThrow(/input: expected a function/)
    expect(bad({ expired: true })).toThrow(/expired: expected a function/)
    expect(bad({ every: 'soon' })).toThrow(/every/)
    api.close()
  })
})
