import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { deadLetter, flow, retry, seededRandom } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { http, updateWithEtag, type Updated } from '../../src/index.js'
import { mergePatched } from '../../src/conditional/merge-patch.js'
import { listing, type Asked, type Listed } from '../support/listing.js'

const Page = z.looseObject({ title: z.string(), tags: z.array(z.string()) })
type Input = { readonly id: string; readonly title: string }

/** A resource with tags, as a server should keep it; `before` is asked before each write. */
const resource = (
  first: object | undefined,
  before: (asked: Asked, write: () => void) => Listed | void = () => {},
) => {
  let value = first as Record<string, unknown> | undefined
  let revision = 1
  const others = (): void => {
    value = { ...value!, others: revision }
    revision++
  }
  return {
    get value() {
      return value
    },
    others,
    answer(_: URL, asked: Asked): Listed {
      const etag = `"r${revision}"`
      if (asked.method === 'GET')
        return value === undefined ? { status: 404 } : { headers: { etag }, body: value }
      const { 'if-match': match, 'if-none-match': none } = asked.headers
      const write = (): void => {
        value = asked.method === 'PATCH' ? (mergePatched(value, asked.body) as never) : (asked.body as never)
        revision++
      }
      const odd = before(asked, write)
      if (odd !== undefined) return odd
      if (match === undefined && none === undefined) return { status: 428 }
      if (none === '*' ? value !== undefined : match !== `"r${revision}"`) return { status: 412 }
      write()
      return { status: 200, headers: { etag: `"r${revision}"` } }
    },
  }
}

const rename = (url: string, rest: object = {}) => {
  const api = http({ name: 'site', baseUrl: url, random: { next: () => 0 } })
  const target = updateWithEtag(api, {
    name: 'rename',
    path: '/pages/:id',
    response: Page,
    merge: (page, input: Input) => ({ ...page, title: input.title }),
    random: seededRandom(1),
    ...rest,
  })
  return { api, target }
}

const wanted = { id: 'p 1', title: 'new' }
const methods = (asked: readonly Asked[]): string => asked.map((a) => a.method).join(' ')

describe('an update with an entity tag', () => {
  test('reads, merges, and writes what it read; fields that nobody knows stay', async () => {
    const r = resource({ title: 'old', tags: ['a'], unknown: 7 })
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url)
    expect(await target.run(wanted)).toEqual({ as: 'updated', etag: '"r2"' })
    expect(r.value).toEqual({ title: 'new', tags: ['a'], unknown: 7 })
    expect(server.asked[0]).toMatchObject({ url: '/pages/p%201', headers: { 'accept-encoding': 'identity' } })
    expect(server.asked[1]?.headers).toMatchObject({ 'if-match': '"r1"', 'content-type': 'application/json' })
    expect(await target.run(wanted)).toEqual({ as: 'unchanged', etag: '"r2"' })
    expect(methods(server.asked)).toBe('GET PUT GET')
    api.close()
  })

  test('loses no write of others: it reads again', async () => {
    let n = 0
    const r = resource({ title: 'old', tags: [] }, () => {
      if (n++ < 3) r.others()
    })
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url)
    expect(await target.run(wanted)).toMatchObject({ as: 'updated' })
    expect(r.value).toEqual({ title: 'new', tags: [], others: 3 })
    expect(methods(server.asked)).toBe('GET PUT GET PUT GET PUT GET PUT')
    api.close()
  })

  test('gives up when others are always faster: a conflict that may pass', async () => {
    const r = resource({ title: 'old', tags: [] }, () => r.others())
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url, { attempts: 3 })
    expect(await target.call(wanted)).toMatchObject({
      left: { _tag: 'Conflict', kind: 'transient', status: 412 },
    })
    expect(methods(server.asked)).toBe('GET PUT GET PUT GET PUT')
    api.close()
  })

  test('whose answer was lost is done when reading shows it', async () => {
    const r = resource({ title: 'old', tags: [] }, (_, write) => {
      write()
      return { status: 500 }
    })
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url)
    expect(await target.run(wanted)).toEqual({ as: 'updated', etag: '"r2"' })
    expect(methods(server.asked)).toBe('GET PUT GET')
    api.close()
  })

  test('that its own quick retry was too late for is done too', async () => {
    let n = 0
    const r = resource({ title: 'old', tags: [] }, (_, write) => {
      if (n++ > 0) return undefined
      write()
      return { status: 503 }
    })
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url)
    expect(await target.run(wanted)).toEqual({ as: 'updated', etag: '"r2"' })
    expect(methods(server.asked)).toBe('GET PUT PUT GET')
    api.close()
  })

  test('that fails for good, and did not take effect, fails with what it failed with', async () => {
    const r = resource({ title: 'old', tags: [] }, () => ({ status: 500 }))
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url)
    expect(await target.call(wanted)).toMatchObject({
      left: { _tag: 'Unavailable', kind: 'transient', status: 500 },
    })
    expect(methods(server.asked)).toBe('GET PUT GET')
    api.close()
  })

  test.each([
    ['none', undefined],
    ['a weak one', 'W/"r1"'],
    ['a malformed one', 'r1'],
    ['two of them', '"a", "b"'],
  ])('writes nothing where there is %s', async (_, etag) => {
    await using server = await listing(() => ({
      body: { title: 'old', tags: [] },
      ...(etag !== undefined && { headers: { etag } }),
    }))
    const { target, api } = rename(server.url)
    expect(await target.call(wanted)).toMatchObject({
      left: { _tag: 'BadResponse', flaw: 'no-etag', kind: 'permanent', path: '/pages/:id' },
    })
    expect(methods(server.asked)).toBe('GET')
    api.close()
  })

  test('428 is Rejected, and no loop', async () => {
    const r = resource({ title: 'old', tags: [] }, () => ({ status: 428 }))
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url)
    expect(await target.call(wanted)).toMatchObject({
      left: { _tag: 'Rejected', status: 428, target: 'rename (write)', path: '/pages/:id' },
    })
    expect(methods(server.asked)).toBe('GET PUT')
    api.close()
  })

  test('what is not there is NotFound, or is created once', async () => {
    const r = resource(undefined)
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url)
    expect(await target.call(wanted)).toMatchObject({ left: { _tag: 'NotFound' } })
    const { target: put, api: api2 } = rename(server.url, {
      create: (input: Input) => ({ title: input.title, tags: [] }),
    })
    expect(await put.run(wanted)).toEqual({ as: 'created', etag: '"r2"' })
    expect(server.asked.at(-1)?.headers['if-none-match']).toBe('*')
    expect(await put.run(wanted)).toMatchObject({ as: 'unchanged' })
    api.close()
    api2.close()
  })

  test('what others create first is merged with', async () => {
    const r = resource(undefined, (asked, write) => {
      if (asked.headers['if-none-match'] === '*') write()
    })
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url, { create: () => ({ title: 'first', tags: ['x'] }) })
    expect(await target.run(wanted)).toMatchObject({ as: 'updated' })
    expect(r.value).toEqual({ title: 'new', tags: ['x'] })
    api.close()
  })

  test('by a merge patch sends the change only, and knows when it is there', async () => {
    const r = resource({ title: 'old', tags: ['a'], draft: true })
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url, {
      method: 'PATCH',
      merge: (_: unknown, input: Input) => ({ title: input.title, draft: null }),
    })
    expect(await target.run(wanted)).toMatchObject({ as: 'updated' })
    expect(r.value).toEqual({ title: 'new', tags: ['a'] })
    expect(server.asked[1]).toMatchObject({
      body: { title: 'new', draft: null },
      headers: { 'content-type': 'application/merge-patch+json', 'if-match': '"r1"' },
    })
    expect(await target.run(wanted)).toMatchObject({ as: 'unchanged' })
    api.close()
  })

  test.each<[string, object]>([
    [
      'a merge that throws',
      {
        merge: () => {
          throw new Error('no')
        },
      },
    ],
    [
      'a done that throws',
      {
        done: () => {
          throw new Error('no')
        },
      },
    ],
  ])('%s is StepFailed, and nothing is written', async (_, wrong) => {
    const r = resource({ title: 'old', tags: [] })
    await using server = await listing(r.answer)
    const { target, api } = rename(server.url, wrong)
    expect(await target.call(wanted)).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(methods(server.asked)).toBe('GET')
    api.close()
  })

  test('in a flow is an idempotent target: a retry after a lost answer finds its change', async () => {
    let n = 0
    const r = resource({ title: 'old', tags: [] }, (_, write) => {
      if (n++ > 0) return undefined
      write()
      return { status: 500 }
    })
    let reads = 0
    await using server = await listing((url, asked) =>
      // The read that should have told fails too.
      asked.method === 'GET' && ++reads === 2 ? { status: 500 } : r.answer(url, asked),
    )
    const { target, api } = rename(server.url)
    const f = flow('rename').input<Input>().to(target).otherwise(retry().orElse(deadLetter()))
    expect(target.effect).toBe('idempotent')
    await using t = testFlow(f)
    const { dead } = await t.send(wanted)
    expect(dead).toMatchObject([])
    expect(methods(server.asked).match(/PUT/g)).toHaveLength(1)
    api.close()
  })

  test('options that make no sense, and types', () => {
    const { target, api } = rename('https://site.example')
    expectTypeOf(target.run).parameter(0).toEqualTypeOf<Input>()
    expectTypeOf((input: Input) => target.run(input)).returns.resolves.toEqualTypeOf<Updated>()
    for (const [wrong, message] of [
      [{ method: 'POST' }, /method/],
      [{ attempts: 0 }, /attempts/],
      [{ merge: undefined }, /merge/],
      [{ method: 'PATCH', type: 'application/json-patch+json' }, /done/],
      [{ path: '/a/../b' }, /path/],
    ] as const)
      expect(() => rename('https://site.example', wrong)).toThrow(message)
    api.close()
  })
})

test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [['a'], { a: 'c' }, { a: 'c' }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [{ a: 'foo' }, 'bar', 'bar'],
])('RFC 7396: %j patched with %j is %j', (value, patch, result) =>
  expect(mergePatched(value, patch)).toEqual(result),
)
