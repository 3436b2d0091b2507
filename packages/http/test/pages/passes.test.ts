import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { deadLetter, flow, systemClock, type Result, type StepFailed } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { http, json, type CallFailure, type Page, type TimedOut } from '../../src/index.js'
import { all, listing } from '../support/listing.js'
import { manualClock } from '../support/manual-clock.js'

const Numbers = z.object({ n: z.array(z.number()), next: z.number().nullish() })

/** Three pages of two items. */
const three = () =>
  listing((url) => {
    const from = Number(url.searchParams.get('from') ?? 0)
    return { body: { n: [from, from + 1], next: from < 4 ? from + 2 : null } }
  })

const over = (url: string, rest: object = {}, client: object = {}) => {
  const api = http({ name: 'api', baseUrl: url, ...client })
  const list = api.pages({
    name: 'list',
    path: '/l',
    response: Numbers,
    items: (page) => page.n,
    next: { cursor: (page) => page.next, query: 'from' },
    ...rest,
  })
  return { api, list }
}

describe('a pass over pages', () => {
  test('asks for a page when it is wanted, and begins anew each time', async () => {
    await using server = await three()
    const { list, api } = over(server.url)
    const items = list.items()
    expect(server.asked).toHaveLength(0)
    for await (const item of items) if (item === 1) break
    expect(server.asked).toHaveLength(1)
    for await (const item of items) if (item === 2) break
    expect(server.asked).toHaveLength(3)
    expect(await all(items)).toEqual([0, 1, 2, 3, 4, 5])
    expect((await all(list.run())).map((p) => p.body.next)).toEqual([2, 4, null])
    api.close()
  })

  test('with prefetch is one page ahead, never more, and a page that is not wanted is given up', async () => {
    let held: (() => void) | undefined
    await using server = await listing(async (url) => {
      const from = Number(url.searchParams.get('from') ?? 0)
      if (from === 4) await new Promise<void>((resolve) => (held = resolve))
      return { body: { n: [from, from + 1], next: from + 2 } }
    })
    const { list, api } = over(server.url, { prefetch: true })
    for await (const item of list.items()) {
      if (item !== 2) continue
      while (held === undefined) await new Promise((resolve) => setImmediate(resolve))
      break
    }
    expect(server.asked.map((a) => a.url)).toEqual(['/l', '/l?from=2', '/l?from=4'])
    held!()
    expect(api.destination.gate(systemClock).free()).toBeGreaterThan(0)
    api.close()
  })

  test('holds no slot between pages: calls made in the loop need none beside', async () => {
    await using server = await three()
    const { list, api } = over(server.url, {}, { destination: { concurrency: 1 } })
    const one = api.query({ name: 'one', path: '/one' })
    for await (const page of list.run()) {
      expect(page.items).toHaveLength(2)
      await one.run()
    }
    api.close()
  })

  test('ends with the failure of a page, which is given on the left or thrown', async () => {
    await using server = await listing((url) =>
      url.search === '' ? { body: { n: [1], next: 2 } } : { status: 404, body: {} },
    )
    const { list, api } = over(server.url)
    expect(await all(list.call())).toMatchObject([{ right: { items: [1] } }, { left: { _tag: 'NotFound' } }])
    const got: number[] = []
    const loop = async (): Promise<void> => {
      for await (const n of list.items()) got.push(n)
    }
    await expect(loop()).rejects.toMatchObject({ _tag: 'NotFound', path: '/l', target: 'list' })
    expect(got).toEqual([1])
    api.close()
  })

  test.each<[string, object, object]>([
    ['a page of another shape', {}, { _tag: 'BadResponse', flaw: 'undecodable' }],
    [
      'items that throw',
      {
        response: z.unknown(),
        items: () => {
          throw new Error('no')
        },
      },
      { _tag: 'StepFailed' },
    ],
    ['items that are none', { response: z.unknown(), items: () => 7 }, { _tag: 'StepFailed' }],
    [
      'a cursor that throws',
      {
        response: z.unknown(),
        items: () => [],
        next: {
          query: 'c',
          cursor: () => {
            throw new Error('no')
          },
        },
      },
      { _tag: 'StepFailed' },
    ],
    [
      'a cursor of another type',
      { response: z.unknown(), items: () => [], next: { query: 'c', cursor: () => ({}) } },
      { _tag: 'StepFailed' },
    ],
  ])('%s is a failure', async (_, options, failure) => {
    await using server = await listing(() => ({ body: 'odd' }))
    const { list, api } = over(server.url, options)
    expect(await all(list.call())).toMatchObject([{ left: failure }])
    api.close()
  })

  test('a 304 that nobody asked for is none', async () => {
    await using server = await listing(() => ({ status: 304 }))
    const { list, api } = over(server.url)
    expect(await all(list.call())).toMatchObject([
      { left: { _tag: 'BadResponse', flaw: 'redirect', status: 304 } },
    ])
    api.close()
  })

  test('ends with the reason of the caller', async () => {
    await using server = await three()
    const { list, api } = over(server.url)
    const stop = new AbortController()
    const seen: number[] = []
    const loop = async (): Promise<void> => {
      for await (const n of list.items(undefined, { signal: stop.signal })) {
        seen.push(n)
        if (n === 1) stop.abort(new Error('enough'))
      }
    }
    await expect(loop()).rejects.toThrow('enough')
    expect(seen).toEqual([0, 1])
    api.close()
  })

  test('ends when its time is up, the time between pages included', async () => {
    await using server = await three()
    const clock = manualClock()
    const { list, api } = over(server.url, {}, { ports: { clock } })
    const results: string[] = []
    for await (const r of list.call(undefined, { within: '10s' })) {
      results.push(r._tag === 'Left' ? r.left._tag : 'page')
      clock.advance(6000)
    }
    expect(results).toEqual(['page', 'page', 'TimedOut'])
    expect(server.asked).toHaveLength(2)
    api.close()
  })

  test('takes the input of its path, query and body', async () => {
    await using server = await listing((_, { body }) => ({ body: { n: [(body as { q: number }).q] } }))
    const api = http({ name: 'api', baseUrl: server.url })
    const search = api.pages({
      name: 'search',
      method: 'POST',
      path: (input: { space: string; q: number }) => `/spaces/${input.space}/search`,
      query: (input) => ({ order: input.q }),
      body: json<{ space: string; q: number }>(),
      response: Numbers,
      items: (page) => page.n,
      next: { cursor: (page) => page.next, body: 'from' },
    })
    expect(await all(search.items({ space: 's', q: 5 }))).toEqual([5])
    expect(server.asked[0]).toMatchObject({ url: '/spaces/s/search?order=5', body: { q: 5 } })
    api.close()
  })
})

test('in a flow, a split goes over the items, page by page', async () => {
  await using server = await three()
  const { list, api } = over(server.url, { prefetch: true })
  const put = api.target({
    name: 'put',
    method: 'PUT',
    path: (n: number) => `/put/${n}`,
    effect: 'idempotent',
  })
  const copy = flow('copy')
    .input<{ of: string }>()
    .split('each', (_, ctx) => list.items(undefined, ctx), put)
    .otherwise(deadLetter())
  await using t = testFlow(copy)
  const { delivered, dead } = await t.send({ of: 'x' })
  expect([delivered.map((d) => d.input), dead]).toEqual([[0, 1, 2, 3, 4, 5], []])
  expect(server.asked.filter((a) => a.method === 'PUT').map((a) => a.url)).toEqual(
    [0, 1, 2, 3, 4, 5].map((n) => `/put/${n}`),
  )
  api.close()
})

test('types follow the page, and mistakes are found', () => {
  const { list, api } = over('https://api.example')
  expectTypeOf(list.items()).toEqualTypeOf<AsyncIterable<number>>()
  expectTypeOf(list.call()).toEqualTypeOf<
    AsyncIterable<Result<CallFailure, Page<{ n: number[]; next?: number | null | undefined }, number>>>
  >()
  expectTypeOf<TimedOut>().toExtend<CallFailure>()
  expectTypeOf<StepFailed>().toExtend<CallFailure>()
  const byId = api.pages({
    name: 'l',
    path: '/spaces/:space/l',
    response: Numbers,
    items: (p) => p.n,
    next: { link: 'next' },
  })
  expectTypeOf(byId.items).parameter(0).toEqualTypeOf<{ readonly space: string | number }>()
  // @ts-expect-error the path asks for a space
  const without = (): unknown => byId.items()
  const wrong = (): unknown =>
    api.pages({
      name: 'l',
      path: '/l',
      response: Numbers,
      // @ts-expect-error the page has no such member
      items: (p) => p.rows,
      next: { link: 'next' },
    })
  const both = (): unknown =>
    api.pages({
      name: 'l',
      path: '/l',
      response: Numbers,
      items: (p) => p.n,
      // @ts-expect-error a cursor is sent in the query or in the body
      next: { cursor: (p) => p.next, query: 'c', body: 'c' },
    })
  expect([without, wrong, both]).toHaveLength(3)
})
