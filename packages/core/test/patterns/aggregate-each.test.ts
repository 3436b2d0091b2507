import { describe, expect, test } from 'vitest'
import { deadLetter, flow } from '../../src/index.js'
import { memoryStore, MemoryStore } from '../../src/journal/memory-store.js'
import { memoryJournal } from '../../src/journal/memory.js'
import { aggregateEach } from '../../src/patterns/aggregate-each.js'
import type { Joined } from '../../src/patterns/group/joined.js'
import { interleavings } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { fine, inputs, type Order } from '../semantics/remote.js'
import { watched } from './kept-state.js'
import { SEEDS } from '../seeds.js'

interface Page {
  readonly rows: readonly Order[]
}
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const page = (from: number, to: number, keys = 2): Page => ({
  rows: upTo(to - from).map((i) => ({ n: from + i, key: `k${(from + i) % keys}` })),
})
const each = (p: Page): readonly Order[] => p.rows
const key = (o: Order): string => o.key!
const start = () => flow('f').input<Page>()

describe('aggregateEach', () => {
  test('every item of a message joins the group of its key; several groups may be complete by one message', async () => {
    const end = fine<Joined<readonly Order[]>>('end')
    const f = start()
      .through(aggregateEach('g', each, { key, size: 3 }))
      .to(end)
    const { t, state } = watched(f.otherwise(deadLetter()))
    await using _ = t
    const r = await t.sendAll([page(0, 10), page(10, 18)])
    expect(inputs(end).map((j) => [j.key, j.value.map((o) => o.n)])).toEqual([
      ['k0', [0, 2, 4]],
      ['k1', [1, 3, 5]],
      ['k0', [6, 8, 10]],
      ['k1', [7, 9, 11]],
      ['k0', [12, 14, 16]],
      ['k1', [13, 15, 17]],
    ])
    const counts = await t.runtime.counts()
    expect([r.pending, r.dead, state(), balanced(counts)]).toEqual([0, [], [], true])
    expect(counted(counts, 'joined', 'g')).toBe(2)
  })

  test('folds, tests and times are those of aggregate', async () => {
    const end = fine<Joined<number>>('end')
    const into = { start: (o: Order) => o.n, add: (sum: number, o: Order) => sum + o.n }
    const f = start()
      .through(
        aggregateEach('g', each, {
          into,
          begins: (o) => o.n === 3,
          ends: (_, g) => g.value > 10,
          silence: '1s',
          late: { remember: '1m', verb: 'discard' },
        }),
      )
      .to(end)
    const { t, state } = watched(f.otherwise(deadLetter()))
    await using _ = t
    await t.give(page(0, 10))
    await t.run(10)
    // 0+1+2, then 3+4+5; the rest is late.
    expect(inputs(end).map((j) => [j.value, j.by])).toEqual([
      [3, 'begins'],
      [12, 'ends'],
    ])
    await t.settle()
    await t.give(page(20, 22))
    await t.settle()
    expect([inputs(end).at(-1)!.value, state()]).toEqual([20, []])
  })

  test('a message with one bad item fails as a whole, and adds nothing', async () => {
    const end = fine<Joined<number>>('end')
    const into = {
      start: (o: Order) => [o.n],
      add(ns: number[], o: Order) {
        ns.push(o.n)
        if (o.n === 7) throw new Error('seven')
        return ns
      },
    }
    const f = start()
      .through(aggregateEach('g', each, { into, size: 6 }))
      .to(end as never)
    const { t, state } = watched(f.otherwise(deadLetter()))
    await using _ = t
    const r = await t.sendAll([page(0, 3), page(5, 9), page(10, 13)])
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([['g', 'StepFailed']])
    expect(inputs(end as never).map((j) => (j as Joined<number[]>).value)).toEqual([[0, 1, 2, 10, 11, 12]])
    expect(state()).toEqual([])
  })

  test('an item without a key fails its whole message by name, or is left out of it', async () => {
    for (const withoutKey of ['fail', 'discard'] as const) {
      const end = fine<Joined<readonly Order[]>>('end')
      const f = start()
        .through(aggregateEach('g', each, { key: (o: Order) => o.key, withoutKey, size: 2 }))
        .to(end)
      const { t, state } = watched(f.otherwise(deadLetter()))
      await using _ = t
      const r = await t.send({ rows: [{ n: 0, key: 'a' }, { n: 1 }, { n: 2, key: 'a' }] })
      const failed = withoutKey === 'fail'
      expect(r.dead.map((d) => d.error._tag)).toEqual(failed ? ['KeyMissing'] : [])
      expect(inputs(end).map((j) => j.value.map((o) => o.n))).toEqual(failed ? [] : [[0, 2]])
      expect(state()).toEqual([])
    }
  })

  test('an empty message is done; one whose items cannot be taken fails; 20,000 items in one message are joined', async () => {
    const end = fine<Joined<number>>('end')
    const into = { start: () => 1, add: (n: number) => n + 1 }
    const f = start()
      .through(aggregateEach('g', each, { key, into, size: 100 }))
      .to(end)
    const { t, state } = watched(f.otherwise(deadLetter()))
    await using _ = t
    const r = await t.sendAll([{ rows: [] }, { rows: 5 as never }, page(0, 20_000, 10)])
    expect(r.dead.length).toBe(1)
    expect([inputs(end).length, inputs(end).every((j) => j.value === 100), state()]).toEqual([200, true, []])
  })

  test(
    'pages at once in two processes, crashes, failing commits: no item is lost or twice',
    { timeout: 60_000 },
    async () => {
      const faults = { crash: 0.005, reject: 0.02, crashes: 2 }
      await interleavings({ seeds: SEEDS, faults }, async (run) => {
        const end = fine<Joined<readonly Order[]>>('end')
        const store = memoryStore()
        const f = start()
          .through(aggregateEach('g', each, { key, size: 3, within: '1m' }))
          .to(end)
          .otherwise(deadLetter())
        const journal = (clock: typeof run.clock) => memoryJournal({ clock, store, processes: 'many' })
        await using t = run.cluster(f, { processes: 2, journal: journal as never })
        await Promise.all(
          upTo(4).map((p) => run.insist(() => t.give(page(p * 3, p * 3 + 3), { dedupe: String(p) }))),
        )
        run.calm()
        const { pending, dead } = await t.settle()
        const groups = [...new Map(end.calls.map((c) => [c.key, c.input])).values()]
        const left = [...MemoryStore.diskOf(store).state.keys()].filter((name) => name.startsWith('f/'))
        expect({ pending, dead, left }).toEqual({ pending: 0, dead: [], left: [] })
        expect(groups.map((g) => g.count)).toEqual([3, 3, 3, 3])
        expect(groups.flatMap((g) => g.value.map((o) => o.n)).toSorted((a, b) => a - b)).toEqual(upTo(12))
      })
    },
  )

  test('a call in memory gives the group of the first item; without items it is filtered', async () => {
    const open = start().through(aggregateEach('g', each, { key, size: 3 }))
    expect(await open.run(page(0, 5))).toMatchObject({ key: 'k0', count: 3, by: 'call' })
    expect(await open.call({ rows: [] })).toEqual({ _tag: 'Left', left: { _tag: 'Filtered', step: 'g' } })
  })

  test('options that make no sense are named', () => {
    expect(() => aggregateEach('g', 5 as never, {})).toThrow('aggregateEach "g": each')
    const signal = { signal: () => undefined } as never
    expect(() => aggregateEach('g', each, signal)).toThrow('aggregateEach "g": signal')
  })
})
