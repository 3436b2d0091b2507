import { describe, expect, test } from 'vitest'
import { collect } from '../../src/patterns/collect.js'
import { manualClock } from '../../src/testing/index.js'

interface Row {
  readonly k: string
  readonly n: number
}
const all = async <A>(groups: AsyncIterable<A>): Promise<A[]> => {
  const out: A[] = []
  for await (const group of groups) out.push(group)
  return out
}
const rows = (...ks: readonly string[]): Row[] => ks.map((k, n) => ({ k, n }))
async function* slowly<A>(items: readonly A[]): AsyncGenerator<A, void> {
  for (const item of items) {
    await Promise.resolve()
    yield item
  }
}

describe('collect', () => {
  test('groups by key and size; what is open when the items are over comes last, oldest first', async () => {
    const groups = await all(collect(rows('a', 'b', 'a', 'b', 'a'), { key: (r) => r.k, size: 2 }))
    expect(groups.map((g) => [g.key, g.value.map((r) => r.n), g.by])).toEqual([
      ['a', [0, 2], 'size'],
      ['b', [1, 3], 'size'],
      ['a', [4], 'end'],
    ])
  })

  test('folds, from plain and asynchronous items alike', async () => {
    const into = { start: (r: Row) => r.n, add: (sum: number, r: Row) => sum + r.n }
    for (const items of [rows('a', 'a', 'a'), slowly(rows('a', 'a', 'a'))])
      expect((await all(collect(items, { into }))).map((g) => [g.value.toFixed(1), g.count])).toEqual([
        ['3.0', 3],
      ])
  })

  test('begins and ends see the item and the group', async () => {
    const begins = await all(collect(rows('x', 'a', 'x', 'b'), { begins: (r) => r.k === 'x' }))
    expect(begins.map((g) => [g.value.map((r) => r.k).join(''), g.by])).toEqual([
      ['xa', 'begins'],
      ['xb', 'end'],
    ])
    const ends = await all(collect(rows('a', 'x', 'b'), { ends: (r, g) => r.k === 'x' && g.count === 2 }))
    expect(ends.map((g) => [g.value.map((r) => r.k).join(''), g.by])).toEqual([
      ['ax', 'ends'],
      ['b', 'end'],
    ])
  })

  test('sorted items: a new group completes the one before', async () => {
    const sorted = rows('a', 'a', 'b', 'c', 'c')
    const groups = await all(collect(sorted, { key: (r) => r.k, closesOlder: true }))
    expect(groups.map((g) => [g.key, g.count, g.by])).toEqual([
      ['a', 2, 'newer'],
      ['b', 1, 'newer'],
      ['c', 2, 'end'],
    ])
  })

  test('more open groups than allowed complete the oldest: memory is bounded', async () => {
    const groups = await all(collect(rows('a', 'b', 'c', 'a'), { key: (r) => r.k, open: 2 }))
    expect(groups.map((g) => [g.key, g.count, g.by])).toEqual([
      ['a', 1, 'newer'],
      ['b', 1, 'newer'],
      ['c', 1, 'end'],
      ['a', 1, 'end'],
    ])
  })

  test('items are taken only as groups are asked for, and the source is closed when nobody asks any more', async () => {
    let taken = 0
    let closed = false
    function* endless(): Generator<number, void> {
      try {
        for (;;) yield taken++
      } finally {
        closed = true
      }
    }
    for await (const group of collect(endless(), { size: 10 })) if (group.value[0] === 20) break
    expect([taken, closed]).toEqual([30, true])
  })

  test('nothing comes of no items', async () => {
    expect(await all(collect([], { size: 3 }))).toEqual([])
  })

  test('a million items, in a few seconds and in flat memory', async () => {
    function* many(): Generator<Row, void> {
      for (let n = 0; n < 1_000_000; n++) yield { k: String(n % 100), n }
    }
    let count = 0
    for await (const group of collect(many(), { key: (r) => r.k, size: 100 })) count += group.count
    expect(count).toBe(1_000_000)
  })

  test('what throws ends it with that throw', async () => {
    for (const f of ['key', 'ends', 'begins'] as const) {
      const boom = (): never => {
        throw new Error(`boom in ${f}`)
      }
      await expect(all(collect([1, 2], { [f]: boom }))).rejects.toThrow(`boom in ${f}`)
    }
  })

  test('times are the clock’s', async () => {
    const clock = manualClock(5000)
    expect(await all(collect([1], { clock }))).toMatchObject([{ first: 5000, last: 5000 }])
  })

  test('options that make no sense are named', () => {
    expect(() => collect([1], { size: 0 })).toThrow('collect: size')
    expect(() => collect([1], { open: 0 })).toThrow('collect: open')
    expect(() => collect([1], { key: 'k' as never })).toThrow('collect: key')
    expect(() => collect([1], { into: {} as never })).toThrow('collect: into')
  })
})
