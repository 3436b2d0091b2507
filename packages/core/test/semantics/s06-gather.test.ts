import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, discard, flow, retry, type PartialFailure } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from './counted.js'
import { Bad, Down, failing, fine, hanging, inputs, remote, type Order } from './remote.js'

const bad = (name: string) => failing<Bad>(name, Infinity, () => new Bad({ status: 422 }))
const saying = (name: string, text: string, ms = 0) =>
  remote<never>(name, async (_input: Order, ctx) => {
    if (ms > 0) await ctx.clock.sleep(ms)
    return { text }
  })

describe('S6 gather: replies joined by policy', () => {
  test('all: goes on once, with every reply by name, when the last one is there', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ a: saying('a', 'A', 500), b: saying('b', 'B') }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ a: { text: 'A' }, b: { text: 'B' } }])
    expect(r.virtualMs).toBeGreaterThanOrEqual(500)
    expect([r.pending, r.dead.length, balanced(await t.runtime.counts())]).toEqual([0, 0, true])
  })

  test('all: only the branch that failed is retried', async () => {
    const end = fine<unknown>('end')
    const a = fine('a')
    const b = failing('b', 2)
    const f = flow('f')
      .input<Order>()
      .gather({ a, b }, { settle: 'all' })
      .to(end)
      .otherwise(byKind({ transient: retry({ attempts: 5 }) }))
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect([a.calls.length, b.calls.length, end.calls.length]).toEqual([1, 3, 1])
  })

  test('all: fails once, with every failure and its attempts, when no reply is outstanding', async () => {
    const end = fine<unknown>('end')
    const slow = saying('slow', 'x', 60_000)
    const f = flow('f')
      .input<Order>()
      .gather({ one: bad('one'), two: failing('two', 9), slow }, { settle: 'all' })
      .to(end)
      .otherwise(byKind({ transient: retry({ attempts: 3 }) }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(end.calls).toEqual([])
    const partial = r.dead.find((d) => d.error._tag === 'PartialFailure')!
    expect(partial.error['failed']).toMatchObject([
      { branch: 'one', attempts: 1, error: { _tag: 'Bad', status: 422 } },
      { branch: 'two', attempts: 3, error: { _tag: 'Down' } },
    ])
    expect(r.dead.map((d) => d.hop).sort()).toEqual(['end', 'one', 'two'])
    expect(r.virtualMs).toBeGreaterThanOrEqual(60_000)
  })

  test('replaying a dead branch re-opens the join that has not gone on', async () => {
    let broken = true
    const end = fine<unknown>('end')
    const a = fine('a')
    const b = remote<Bad>('b', () => (broken ? new Bad({}) : { fixed: true }))
    const f = flow('f').input<Order>().gather({ a, b }, { settle: 'all' }).to(end).otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    broken = false
    const after = await t.replay(r.dead.find((d) => d.hop === 'b')!.id)
    expect(inputs(end)).toEqual([{ a: { ok: true }, b: { fixed: true } }])
    expect([a.calls.length, after.dead.length, after.pending]).toEqual([1, 0, 0])
  })

  test('any: goes on with the first reply; the others run to their end unheard', async () => {
    const end = fine<unknown>('end')
    const late = saying('late', 'late', 5000)
    const f = flow('f')
      .input<Order>()
      .gather({ late, bad: bad('bad'), soon: saying('soon', 'soon', 10) }, { settle: 'any' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ soon: { text: 'soon' } }])
    expect([late.calls.length, r.pending, r.dead.length]).toEqual([1, 0, 1])
  })

  test('quorum: two of three are enough; one of three is a failure', async () => {
    const end = fine<unknown>('end')
    const make = (n: number) =>
      flow(`f${n}`)
        .input<Order>()
        .gather(
          { a: saying('a', 'A'), b: n === 2 ? saying('b', 'B') : bad('b'), c: bad('c') },
          { settle: { quorum: 2 } },
        )
        .to(end)
        .on('PartialFailure', discard('too few'))
        .otherwise(deadLetter())
    await using two = testFlow(make(2))
    await two.send({ n: 1 })
    expect(inputs(end)).toEqual([{ a: { text: 'A' }, b: { text: 'B' } }])
    await using one = testFlow(make(1))
    await one.send({ n: 1 })
    expect(end.calls.length).toBe(1)
  })

  test('bestEffort: a result per branch, failures with tag, message and data, storable at the next cut', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ a: saying('a', 'A'), b: bad('b') }, { settle: 'bestEffort' })
      .durable('kept')
      .map('told', (r) => (r.b._tag === 'Left' ? r.b.left._tag : 'fine'))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(end)).toEqual(['Bad'])
  })

  test('a branch that filters replies nothing; one whose failure is discarded has failed', async () => {
    const end = fine<unknown>('end')
    const make = (discards: boolean) =>
      flow('f')
        .input<Order>()
        .gather(
          {
            a: (s) => s.filter('never', () => false).to(saying('a', 'A')),
            b: (s) => s.to(discards ? bad('b') : fine('b')).on('Bad', discard()),
          },
          { settle: 'all' },
        )
        .to(end)
        .otherwise(deadLetter())
    await using filtered = testFlow(make(false))
    await filtered.send({ n: 1 })
    expect(inputs(end)).toEqual([{ b: { n: 1 } }])
    await using discarded = testFlow(make(true))
    const r = await discarded.send({ n: 1 })
    expect(r.dead[0]!.error['failed']).toMatchObject([{ branch: 'b', error: { _tag: 'NoReply' } }])
  })

  test('a partial failure is recovered behind the gather, and the flow goes on from there', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ a: fine('a'), b: bad('b') }, { settle: 'all' })
      .recover('PartialFailure', (e) => ({ failed: e.failed.map((x) => x.branch) }))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ failed: ['b'] }])
    expect(r.dead.map((d) => d.hop)).toEqual(['b'])
  })

  test('a crash between replies loses none of them', async () => {
    const end = fine<unknown>('end')
    const a = fine('a')
    const slow = hanging('slow')
    let hung = true
    const b = remote<never>('b', (input, ctx) => (hung ? slow.run(input, ctx) : { late: true }))
    const f = flow('f').input<Order>().gather({ a, b }, { settle: 'all' }).to(end).otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give({ n: 1 })
    await t.run(100)
    hung = false
    await t.restart()
    await t.settle()
    expect(inputs(end)).toEqual([{ a: { ok: true }, b: { late: true } }])
    expect(a.calls.length).toBe(1)
  })

  test('gathers nest: the inner one answers the outer', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather(
        {
          inner: (s) =>
            s
              .gather({ x: saying('x', 'X', 20), y: saying('y', 'Y') }, { settle: 'all' })
              .map('both', (r) => [r]),
          z: saying('z', 'Z'),
        },
        { settle: 'all' },
      )
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ inner: [{ x: { text: 'X' }, y: { text: 'Y' } }], z: { text: 'Z' } }])
    expect(r.pending).toBe(0)
  })

  test('a branch that ends in deliveries replies when they are emitted, and they answer nothing', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ out: (s) => s.fanOut({ p: fine('p'), q: bad('q') }), z: fine('z') }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ out: { sent: true }, z: { ok: true } }])
  })

  test('a branch that only waits, or does nothing, replies with its body', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ wait: (s) => s.delay('a while', '10s'), same: (s) => s }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 3 })
    expect(inputs(end)).toEqual([{ wait: { n: 3 }, same: { n: 3 } }])
    expect(r.virtualMs).toBeGreaterThanOrEqual(10_000)
  })

  test('called in memory it gives the same replies and the same failure', async () => {
    const all = flow('f')
      .input<Order>()
      .gather({ a: saying('a', 'A'), b: saying('b', 'B') }, { settle: 'all' })
    expect(await all.run({ n: 1 })).toEqual({ a: { text: 'A' }, b: { text: 'B' } })
    const some = flow('f')
      .input<Order>()
      .gather({ a: fine('a'), b: bad('b') }, { settle: 'all' })
    const failed = await some.call({ n: 1 })
    expect(failed).toMatchObject({
      _tag: 'Left',
      left: { _tag: 'PartialFailure', failed: [{ branch: 'b' }] },
    })
    const best = await flow('f')
      .input<Order>()
      .gather({ a: fine('a'), b: bad('b') }, { settle: 'bestEffort' })
      .run({ n: 1 })
    expect([best.a._tag, best.b._tag]).toEqual(['Right', 'Left'])
    const any = await flow('f')
      .input<Order>()
      .gather({ a: bad('a'), b: saying('b', 'B') }, { settle: 'any' })
      .run({ n: 1 })
    expect(any).toEqual({ b: { text: 'B' } })
  })

  test('what makes no sense is refused when the flow is made', () => {
    const f = flow('f').input<Order>()
    expect(() => f.gather({}, { settle: 'all' })).toThrow('expected at least one branch')
    expect(() => f.gather({ a: fine('a') }, { settle: { quorum: 2 } })).toThrow('settle: expected')
    expect(() => f.gather({ a: fine('a') }, { settle: 'most' as never })).toThrow('got "most"')
  })
})

describe('S6 gatherEach: items whose replies are joined', () => {
  const items = (n: number) => Array.from({ length: n }, (_, i) => i)
  const squared = remote<never, number>('square', (n) => n * n)
  const each = (settle: 'all' | 'bestEffort' | 'any') =>
    flow('f')
      .input<{ n: number }>()
      .gatherEach('items', (b) => items(b.n), squared, { settle })

  test('replies come in the items’ order, whatever order they ended in', async () => {
    const end = fine<unknown>('end')
    const slow = remote<never, number>('slow', async (n, ctx) => {
      await ctx.clock.sleep(1000 - n * 100)
      return n
    })
    const f = flow('f')
      .input<{ n: number }>()
      .gatherEach('items', (b) => items(b.n), slow, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 5 })
    expect(inputs(end)).toEqual([[0, 1, 2, 3, 4]])
    expect([r.pending, balanced(await t.runtime.counts())]).toEqual([0, true])
  })

  test('no items at all are no failure: the reply is empty', async () => {
    const end = fine<unknown>('end')
    await using t = testFlow(each('all').to(end).otherwise(deadLetter()))
    await t.send({ n: 0 })
    expect(inputs(end)).toEqual([[]])
    expect(await each('all').run({ n: 0 })).toEqual([])
  })

  test('one item that fails is retried alone; in the end it is named by its index', async () => {
    const end = fine<unknown>('end')
    const one = remote<Down, number>('one', (n) => (n === 2 ? new Down({}) : n))
    const f = flow('f')
      .input<{ n: number }>()
      .gatherEach('items', (b) => items(b.n), one, { settle: 'all' })
      .to(end)
      .otherwise(byKind({ transient: retry({ attempts: 3 }) }))
    await using t = testFlow(f)
    const r = await t.send({ n: 4 })
    expect(one.calls.map((c) => c.input).toSorted((x, y) => x - y)).toEqual([0, 1, 2, 2, 2, 3])
    const partial = r.dead.find((d) => d.error._tag === 'PartialFailure')!
    expect(partial.error['failed']).toMatchObject([{ branch: '2', attempts: 3 }])
  })

  test('called in memory it joins the same way', async () => {
    expect(await each('all').run({ n: 4 })).toEqual([0, 1, 4, 9])
    const best = await each('bestEffort').run({ n: 2 })
    expect(best).toEqual([
      { _tag: 'Right', right: 0 },
      { _tag: 'Right', right: 1 },
    ])
    const failed = await each('any').call({ n: 0 })
    expect((failed as { left: PartialFailure }).left._tag).toBe('PartialFailure')
  })
})
