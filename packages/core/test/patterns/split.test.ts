import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, retry } from '../../src/index.js'
import type { Item } from '../../src/step/item.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { fine, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { numbers, seenJournal } from './split-journal.js'

const again = byKind({ permanent: retry({ initial: '1s', jitter: 'none' }) })
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const got = (r: { readonly calls: readonly { readonly input: Order }[] }): number[] =>
  r.calls.map((c) => c.input.n)

describe('a split writes its items in chunks', () => {
  test('each commit holds a chunk of items and the position, and nothing of it stays', async () => {
    const j = seenJournal()
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split('rows', (b) => numbers(b.n), to, { chunk: 10 })
      .otherwise(deadLetter())
    await using t = testFlow(f, { journal: j.journal })
    const r = await t.send({ n: 25 })
    expect(j.emitted()).toEqual([10, 10, 5])
    expect(
      j.settled.flatMap((s) =>
        (s.state ?? []).map((m) => [m.expect, (m.value as { at?: number } | undefined)?.at]),
      ),
    ).toEqual([
      [0, 10],
      [1, 20],
      [2, undefined],
    ])
    expect([
      got(to).toSorted((a, b) => a - b),
      r.pending,
      j.state(),
      balanced(await t.runtime.counts()),
    ]).toEqual([upTo(25), 0, [], true])
  })

  test('its function, and the steps before it, run once for all chunks', async () => {
    let [maps, eaches] = [0, 0]
    const f = flow('f')
      .input<Order>()
      .map('read', (b) => (maps++, b))
      .split('rows', (b) => (eaches++, numbers(b.n)), fine('to'), { chunk: 10 })
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 95 })
    expect([maps, eaches]).toEqual([1, 1])
  })

  test('between two chunks other messages go on', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split('rows', (b) => (b.n === 1 ? [{ n: -1 }] : slowly(b.n)), to, { chunk: 10 })
      .otherwise(deadLetter())
    async function* slowly(n: number) {
      for (const r of numbers(n)) {
        await t.clock.sleep(1)
        yield r
      }
    }
    await using t = testFlow(f, { runtime: { concurrency: { total: 1 } } })
    await t.sendAll([{ n: 100 }, { n: 1 }])
    expect(got(to).indexOf(-1)).toBeLessThan(30)
  })

  test('rows that come one by one are taken one ahead, chunk by chunk', async () => {
    const taken: number[] = []
    async function* rows() {
      for (const r of numbers(12)) yield (taken.push(r.n), r)
    }
    const at: number[] = []
    const to = remote('to', () => (at.push(taken.length), {}))
    const f = flow('f').input<Order>().split('rows', rows, to, { chunk: 5 }).otherwise(deadLetter())
    await using t = testFlow(f, { runtime: { concurrency: { total: 1 } } })
    await t.send({ n: 1 })
    expect(got(to).toSorted((a, b) => a - b)).toEqual(upTo(12))
    expect(at[0]).toBeLessThanOrEqual(11)
  })

  test('large items make smaller chunks', async () => {
    const j = seenJournal()
    const text = 'x'.repeat(1_500_000)
    const f = flow('f')
      .input<Order>()
      .split('rows', () => upTo(7).map((n) => ({ n, text })), fine('to'))
      .otherwise(deadLetter())
    await using t = testFlow(f, { journal: j.journal })
    await t.send({ n: 1 })
    expect(j.emitted()).toEqual([3, 3, 1])
  })

  test('an item knows its index, how many there are where that is known, and whether it is the last', async () => {
    const said: (Item | undefined)[] = []
    const item = { look: (_b: Order, ctx: { readonly item?: Item | undefined }) => void said.push(ctx.item) }
    const listed = flow('f')
      .input<Order>()
      .split(
        'rows',
        () => numbers(3),
        (s) => s.tap('look', item.look).to(fine('to')),
        { chunk: 2 },
      )
      .otherwise(deadLetter())
    await using t = testFlow(listed)
    await t.send({ n: 1 })
    async function* rows() {
      yield* numbers(2)
    }
    const streamed = flow('f')
      .input<Order>()
      .split('rows', rows, (s) => s.tap('look', item.look).to(fine('to')))
      .otherwise(deadLetter())
    await using u = testFlow(streamed)
    await u.send({ n: 1 })
    expect(said).toEqual([
      { index: 0, size: 3, last: false },
      { index: 1, size: 3, last: false },
      { index: 2, size: 3, last: true },
      { index: 0, last: false },
      { index: 1, size: 2, last: true },
    ])
  })

  test('inside another, an item is that of the innermost, and a message that is none has none', async () => {
    const said: unknown[] = []
    const f = flow('f')
      .input<Order>()
      .tap('none', (_b, ctx) => void said.push(ctx.item))
      .split(
        'outer',
        () => numbers(2),
        (s) =>
          s.split(
            'inner',
            (b) => [{ n: b.n * 10 }],
            (i) =>
              i
                .tap('look', (b, ctx) => void said.push([b.n, ctx.item, ctx.message.id.split('/').slice(1)]))
                .to(fine('to')),
          ),
      )
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(said).toEqual([
      undefined,
      [0, { index: 0, size: 1, last: true }, ['outer', '0', 'inner', '0']],
      [10, { index: 0, size: 1, last: true }, ['outer', '1', 'inner', '0']],
    ])
  })
})

describe('a split that is interrupted', () => {
  test('goes on after a crash at the last chunk: what is committed is passed over', async () => {
    let eaches = 0
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        async function* (b, ctx) {
          eaches++
          for (const r of numbers(b.n)) {
            if (r.n === 20 && eaches === 1) await ctx.clock.sleep(1000)
            yield r
          }
        },
        to,
        { chunk: 10 },
      )
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give({ n: 30 })
    await t.run(500)
    expect(got(to).length).toBe(10)
    await t.restart()
    const r = await t.settle()
    expect([got(to).toSorted((a, b) => a - b), eaches, r.pending]).toEqual([upTo(30), 2, 0])
  })

  test('with seek, its function begins itself where the last chunk ended', async () => {
    const from: number[] = []
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        async function* (b, ctx) {
          from.push(ctx.position)
          for (let n = ctx.position; n < b.n; n++) {
            if (n === 20 && from.length === 1) await ctx.clock.sleep(1000)
            yield { n }
          }
        },
        to,
        { chunk: 10, seek: true },
      )
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give({ n: 30 })
    await t.run(500)
    await t.restart()
    await t.settle()
    expect([from, got(to).toSorted((a, b) => a - b)]).toEqual([[0, 10], upTo(30)])
  })

  test('that throws in the middle keeps the chunks before, and its replay goes on behind them', async () => {
    let broken = true
    const j = seenJournal()
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        function* (b) {
          for (const r of numbers(b.n)) {
            if (broken && r.n === 15) throw new Error('the file ends here')
            yield r
          }
        },
        to,
        { chunk: 10 },
      )
      .otherwise(deadLetter())
    await using t = testFlow(f, { journal: j.journal })
    const { dead } = await t.send({ n: 25 })
    expect(dead).toMatchObject([{ hop: 'rows', error: { _tag: 'StepFailed', step: 'rows' } }])
    expect([got(to).length, j.state()]).toEqual([10, [`split:${dead[0]!.id}`]])
    broken = false
    const r = await t.replay(dead[0]!.id)
    expect([got(to).toSorted((a, b) => a - b), r.dead, j.state()]).toEqual([upTo(25), [], []])
  })

  test('nothing is kept of one whose dead letter is discarded, or replayed as a whole', async () => {
    const j = seenJournal()
    let broken = true
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        function* (b) {
          yield* numbers(b.n)
          if (broken) throw new Error('broken')
        },
        to,
        { chunk: 2 },
      )
      .otherwise(deadLetter())
    await using t = testFlow(f, { journal: j.journal })
    await t.send({ n: 3 })
    expect(j.state()).toHaveLength(1)
    await t.runtime.deadLetters.discard({}, 'no use')
    expect(j.state()).toEqual([])
    const { dead } = await t.send({ n: 3 })
    broken = false
    const r = await t.replay(dead[0]!.id, 'message')
    expect([j.state(), r.dead, got(to)]).toEqual([[], [], [0, 1, 0, 1, 0, 1, 2]])
  })

  test('ends where a newer version of its message has come: what is emitted by then goes on, and nothing is kept', async () => {
    const j = seenJournal()
    const to = fine('to')
    const f = flow('f')
      .from(orders(), { latest: { key: (b) => b.key ?? '', version: (b) => b.n } })
      .split(
        'rows',
        async function* (b) {
          for (const r of numbers(6)) {
            await t.clock.sleep(100)
            yield { n: b.n * 10 + r.n }
          }
        },
        (s) => s.to(to),
        { chunk: 2 },
      )
      .otherwise(deadLetter())
    await using t = testFlow(f, { journal: j.journal })
    await t.give({ n: 1, key: 'a' })
    await t.run(350)
    const { pending } = await t.send({ n: 2, key: 'a' })
    const old = got(to).filter((n) => n < 20)
    expect([old.length < 6, got(to).filter((n) => n >= 20).length, pending]).toEqual([true, 6, 0])
    expect(j.state()).toEqual([])
  })

  test('is tried again by its route from the last chunk', async () => {
    let times = 0
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        function* (b) {
          times++
          for (const r of numbers(b.n)) {
            if (r.n === 12 && times < 3) throw new Error('not yet')
            yield r
          }
        },
        to,
        { chunk: 5 },
      )
      .otherwise(again)
    await using t = testFlow(f)
    const r = await t.send({ n: 14 })
    expect([got(to).toSorted((a, b) => a - b), times, r.dead]).toEqual([upTo(14), 3, []])
  })

  test('closes what its function holds open: when it fails, and when the runtime stops', async () => {
    const closed: string[] = []
    const make = (
      name: string,
      at: number,
      what: (ctx: { clock: { sleep(ms: number): Promise<void> } }) => Promise<void>,
    ) =>
      flow('f')
        .input<Order>()
        .split(
          'rows',
          async function* (b, ctx) {
            try {
              for (const r of numbers(b.n)) {
                if (r.n === at) await what(ctx)
                yield r
              }
            } finally {
              closed.push(name)
            }
          },
          fine('to'),
          { chunk: 5, key: (i) => (i.n === 7 && name === 'unstorable' ? 'x' : 'y') },
        )
        .otherwise(deadLetter())
    await using t = testFlow(make('failed', 7, () => Promise.reject(new Error('lost'))))
    await t.send({ n: 10 })
    expect(closed).toEqual(['failed'])
    await using u = testFlow(make('stopped', 7, (ctx) => ctx.clock.sleep(60_000)))
    await u.give({ n: 10 })
    await u.run(100)
    await u.stop()
    await u.run(60_000)
    expect(closed).toContain('stopped')
  })
})
