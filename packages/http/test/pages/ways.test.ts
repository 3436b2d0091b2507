import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { http, type Next } from '../../src/index.js'
import { all, listing, type Asked } from '../support/listing.js'

const Page = z.object({
  items: z.array(z.number()),
  next: z.union([z.string(), z.number()]).nullish(),
  more: z.boolean().optional(),
  total: z.number().optional(),
})
type Page = z.infer<typeof Page>

const ALL = Array.from({ length: 7 }, (_, i) => i)

/** Answers parts of `ALL`, `most` at a time. */
const part = (from: number, size: number, rest: object = {}): { readonly body: object } => ({
  body: { items: ALL.slice(from, from + size), ...rest },
})

const pass = async (
  next: Next<Page>,
  answer: (url: URL, asked: Asked) => { readonly body: object },
  options: object = {},
): Promise<{
  readonly items: unknown
  readonly urls: readonly string[]
  readonly asked: readonly Asked[]
}> => {
  await using server = await listing(answer)
  const api = http({ name: 'api', baseUrl: server.url })
  const list = api.pages({
    name: 'list',
    path: '/l',
    response: Page,
    items: (p) => p.items,
    next,
    ...options,
  })
  const items = await all(list.items()).catch((e: unknown) => e)
  api.close()
  return { items, urls: server.asked.map((a) => a.url), asked: server.asked }
}

describe('a list by cursors', () => {
  test('sends each in the query, encoded, beside the query of its own', async () => {
    const { items, urls } = await pass(
      { cursor: (p) => p.next, query: 'after' },
      (url) => {
        const from = Number(url.searchParams.get('after')?.slice(2) ?? 0)
        return part(from, 3, { next: from + 3 < 7 ? `&=${from + 3}` : null })
      },
      { query: { size: 3 } },
    )
    expect(items).toEqual(ALL)
    expect(urls).toEqual(['/l?size=3', '/l?size=3&after=%26%3D3', '/l?size=3&after=%26%3D6'])
  })

  test('sends each in the body of a search', async () => {
    const { items, asked } = await pass(
      { cursor: (p) => p.next, body: 'cursor' },
      (_, { body }) => {
        const from = (body as { cursor?: number }).cursor ?? 0
        return part(from, 4, { next: from + 4 < 7 ? from + 4 : undefined })
      },
      { method: 'POST', body: () => ({ q: 'x' }) },
    )
    expect(items).toEqual(ALL)
    expect(asked.map((a) => a.body)).toEqual([{ q: 'x' }, { q: 'x', cursor: 4 }])
  })

  test('ends by what the page says where there is always one', async () => {
    const { items, urls } = await pass(
      { cursor: (p) => p.next, more: (p) => p.more === true, query: 'c' },
      (url) =>
        url.searchParams.has('c')
          ? part(4, 3, { next: 'for ever', more: false })
          : part(0, 4, { next: 'n', more: true }),
    )
    expect(items).toEqual(ALL)
    expect(urls).toHaveLength(2)
  })

  test('the same one twice, and more without one, end it with a failure', async () => {
    const same = await pass({ cursor: () => 'c', query: 'c' }, () => part(0, 1))
    expect(same.items).toMatchObject({ _tag: 'BadResponse', flaw: 'endless' })
    expect(same.urls).toHaveLength(2)
    const nowhere = await pass({ cursor: () => null, more: () => true, query: 'c' }, () => part(0, 1))
    expect(nowhere.items).toMatchObject({ _tag: 'BadResponse', flaw: 'endless' })
  })

  test('more pages than allowed end it with a failure', async () => {
    let n = 0
    const { items, urls } = await pass({ cursor: () => ++n, query: 'c' }, () => part(0, 1), { most: 5 })
    expect(items).toMatchObject({
      flaw: 'endless',
      message: expect.stringContaining('more than the 5 pages'),
    })
    expect(urls).toHaveLength(5)
  })
})

describe('a list by offsets', () => {
  const offsetOf = (url: URL): number => Number(url.searchParams.get('skip'))

  test('goes by what came, for the remote may give fewer than were asked for, and ends where nothing comes', async () => {
    const { items, urls } = await pass({ offset: 'skip', limit: 'limit', size: 100 }, (url) =>
      part(offsetOf(url), 3),
    )
    expect(items).toEqual(ALL)
    expect(urls).toEqual(['0', '3', '6', '7'].map((n) => `/l?skip=${n}&limit=100`))
  })

  test('ends at the total, where that is told', async () => {
    const { items, urls } = await pass({ offset: 'skip', total: (p) => p.total }, (url) =>
      part(offsetOf(url), 4, { total: 7 }),
    )
    expect(items).toEqual(ALL)
    expect(urls).toHaveLength(2)
  })
})

describe('a list by page numbers', () => {
  test('ends at the first page without items', async () => {
    const { items, urls } = await pass({ page: 'p', first: 0, limit: 'n', size: 4 }, (url) =>
      part(4 * Number(url.searchParams.get('p')), 4),
    )
    expect(items).toEqual(ALL)
    expect(urls).toEqual(['/l?p=0&n=4', '/l?p=1&n=4', '/l?p=2&n=4'])
  })

  test('ends at the last page, where their number is told', async () => {
    const { items, urls } = await pass({ page: 'p', pages: () => 2 }, (url) =>
      part(4 * (Number(url.searchParams.get('p')) - 1), 4),
    )
    expect(items).toEqual(ALL)
    expect(urls).toEqual(['/l?p=1', '/l?p=2'])
  })
})

describe('options that make no sense', () => {
  const api = http({ name: 'api', baseUrl: 'https://api.example' })
  const base = {
    name: 'l',
    path: '/l',
    response: Page,
    items: (p: Page) => p.items,
    next: { link: 'next' },
  } as const
  test.each<[object, RegExp]>([
    [{ next: {} }, /next: expected one of/],
    [{ next: undefined }, /next: expected one of/],
    [{ next: { cursor: () => '' } }, /next: expected the name of a query parameter/],
    [{ next: { offset: 'o', size: 5 } }, /next: expected limit and size/],
    [{ next: { page: 'p', limit: 'l', size: 0 } }, /next.size/],
    [{ next: { page: 'p', first: -1 } }, /next.first/],
    [{ most: 0 }, /most/],
    [{ name: ' ' }, /name/],
    [{ items: 7 }, /items/],
    [{ method: 'GET\r\n' }, /method/],
    [{ path: '/a/../b' }, /path/],
  ])('%j', (wrong, message) => expect(() => api.pages({ ...base, ...wrong } as never)).toThrow(message))
})
