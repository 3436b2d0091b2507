import { describe, expect, test } from 'vitest'
import { byKind, createDestination, deadLetter, discard, flow, read, retry, right } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced, counted } from './counted.js'
import { Bad, failing, fine, hanging, inputs, remote, type Down, type Order } from './remote.js'

const bad = (name: string) => failing<Bad>(name, Infinity, () => new Bad({}))

describe('S6 fan-out: independent deliveries', () => {
  test('a branch that fails, one that hangs and one that works do not touch each other', async () => {
    const ok = fine('ok')
    const f = flow('f')
      .input<Order>()
      .fanOut({ bad: bad('bad'), slow: hanging('slow'), ok })
      .otherwise(deadLetter())
    await using t = testFlow(f)
    for (let n = 0; n < 5; n++) await t.give({ n })
    const r = await t.run(1000)
    expect([ok.calls.length, r.dead.length, r.pending]).toEqual([5, 5, 5])
  })

  test('all branches are emitted in one commit: a crash right after it loses none of them', async () => {
    const hops: string[] = []
    const seen = (name: string) => remote(name, () => hops.push(name))
    const f = flow('f')
      .input<Order>()
      .fanOut({ a: seen('a'), b: seen('b'), c: seen('c') })
      .otherwise(byKind())
    await using t = testFlow(f)
    const names: string[] = []
    t.runtime.events.on('done', (e) => names.push(e.hop))
    await t.give({ n: 1 })
    await t.restart()
    const r = await t.settle()
    expect(hops.sort()).toEqual(['a', 'b', 'c'])
    expect(r.pending).toBe(0)
  })

  test('each branch has its own mapping, routes and dead letter', async () => {
    const a = fine<{ a: number }>('a')
    const f = flow('f')
      .input<Order>()
      .fanOut({
        one: (s) => s.map('as a', (b) => ({ a: b.n })).to(a),
        two: (s) => s.to(bad('two')).on('Bad', discard('not for two')),
        three: (s) => s.to(bad('three')),
      })
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 4 })
    expect(inputs(a)).toEqual([{ a: 4 }])
    expect(r.dead.map((d) => [d.hop, d.body])).toEqual([['three/three', { n: 4 }]])
    const counts = await t.runtime.counts()
    expect([counted(counts, 'discarded', 'two/two'), balanced(counts)]).toEqual([1, true])
  })

  test('a branch that filters ends alone', async () => {
    const other = fine('other')
    const end = fine('end')
    const f = flow('f')
      .input<Order>()
      .fanOut({ some: (s) => s.filter('never', () => false).to(end), other })
      .otherwise(byKind())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect([end.calls.length, other.calls.length]).toEqual([0, 1])
    expect(counted(await t.runtime.counts(), 'filtered')).toBe(1)
  })

  test('a fan-out within a fan-out: every leaf once, each with a key of its own', async () => {
    const leaves = ['a', 'b', 'c', 'd'].map((name) => fine(name))
    const f = flow('f')
      .input<Order>()
      .fanOut({
        left: (s) => s.fanOut({ a: leaves[0]!, b: leaves[1]! }),
        right: (s) => s.fanOut({ c: leaves[2]!, d: leaves[3]! }),
      })
      .otherwise(byKind())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    const root = (r.accepted[0] as { id: string }).id
    expect(r.delivered.map((d) => d.key).sort()).toEqual(
      ['left/a', 'left/b', 'right/c', 'right/d'].map((path) => `${root}/${path}`),
    )
    expect(leaves.map((l) => l.calls.length)).toEqual([1, 1, 1, 1])
  })

  test('a fan-out in a split item, and a split in a branch: every item and leaf once', async () => {
    const a = fine('a')
    const b = failing('b', 2)
    const f = flow('f')
      .input<Order>()
      .fanOut({
        parts: (s) =>
          s.split(
            'lines',
            (x) => [{ n: x.n }, { n: x.n + 1 }],
            (item) =>
              item.fanOut({
                a,
                deep: (d) => d.split('more', (y) => [{ n: y.n * 10 }, { n: y.n * 10 + 1 }], b),
              }),
          ),
      })
      .otherwise(byKind({ transient: retry({ initial: '1s' }) }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(
      inputs(a)
        .map((x) => x.n)
        .toSorted((x, y) => x - y),
    ).toEqual([1, 2])
    const done = r.delivered.filter((d) => d.target === 'b')
    expect(done.map((d) => (d.input as { n: number }).n).toSorted((x, y) => x - y)).toEqual([10, 11, 20, 21])
    const root = (r.accepted[0] as { id: string }).id
    expect(new Set(done.map((d) => d.key))).toEqual(
      new Set([0, 1].flatMap((i) => [0, 1].map((j) => `${root}/parts/lines/${i}/deep/more/${j}`))),
    )
    expect(balanced(await t.runtime.counts())).toBe(true)
  })

  test('a branch of reads and maps alone is a hop too', async () => {
    const looked: number[] = []
    const look = read<Order, Order, never>({
      name: 'look',
      destination: createDestination({ name: 'look' }),
      call: (b) => (looked.push(b.n), { result: right(b), seen: { as: 'ok' } }),
    })
    const f = flow('f')
      .input<Order>()
      .fanOut({ look, mapped: (s) => s.map('m', (b) => b) })
      .otherwise(byKind())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(looked).toEqual([1])
    expect([r.pending, balanced(await t.runtime.counts())]).toEqual([0, true])
  })

  test('a fan-out directly after a cut belongs to the commit before it: there is no hop between', async () => {
    const f = flow('f')
      .input<Order>()
      .to(fine('first'))
      .fanOut({ a: fine('a'), b: fine('b') })
      .otherwise(byKind())
    await using t = testFlow(f)
    expect(
      t.runtime
        .describe()[0]!
        .hops.map((h) => h.name)
        .sort(),
    ).toEqual(['a', 'b', 'first'])
  })

  test('a slow branch does not take the slots of a quick one', async () => {
    const slow = remote('slow', async (_b, ctx) => {
      await ctx.clock.sleep(300_000)
      return {}
    })
    const quick = fine('quick')
    const f = flow('f').input<Order>().fanOut({ slow, quick }).otherwise(byKind())
    await using t = testFlow(f, { runtime: { concurrency: { total: 100, perHop: 4 } } })
    for (let n = 0; n < 50; n++) await t.give({ n })
    await t.run(1000)
    expect(quick.calls).toHaveLength(50)
    expect(slow.calls).toHaveLength(4)
    await t.settle()
    expect(slow.calls).toHaveLength(50)
  })

  test('the first failure of a branch is no word about the others in a replay of all', async () => {
    const a = failing<Bad>('a', 1, () => new Bad({}))
    const b = remote<Bad | Down>('b', (_i, _c, nth) => (nth === 1 ? new Bad({}) : {}))
    const c = fine('c')
    await using t = testFlow(flow('f').input<Order>().fanOut({ a, b, c }).otherwise(deadLetter()))
    await t.send({ n: 1 })
    await t.runtime.deadLetters.replay({})
    const r = await t.settle()
    expect([a.calls.length, b.calls.length, c.calls.length, r.dead.length]).toEqual([2, 2, 1, 0])
  })
})
