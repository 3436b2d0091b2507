import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  describe as described,
  discard,
  divert,
  flow,
  mermaid,
  retry,
  worstCase,
  type Alert,
} from '../../src/index.js'
import { wireTap } from '../../src/patterns/index.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from './counted.js'
import { Bad, failing, fine, inputs, remote, type Order } from './remote.js'
import { orders } from './source.js'

const echo = <A = Order>(name: string) => remote<never, A>(name, (b) => b)
const bad = (name: string) => failing<Bad>(name, Infinity, () => new Bad({ status: 422 }))
const slow = (name: string, ms: number) =>
  remote<never>(name, async (b, ctx) => {
    await ctx.clock.sleep(ms)
    return b
  })

describe('S6 gather, corners: time', () => {
  test('a deadline that passes while the join waits ends the branch and the join, each once', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .from(orders(), { deadline: '1h' })
      .gather({ a: echo('a'), b: (s) => s.delay('a while', '2h').to(fine('b')) }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(new Set(r.dead.map((d) => `${d.hop} ${d.error._tag}`))).toEqual(
      new Set(['b/b DeadlineExceeded', 'end DeadlineExceeded']),
    )
    expect(r.dead.length).toBe(2)
    expect([end.calls.length, r.pending, balanced(await t.runtime.counts())]).toEqual([0, 0, true])
  })

  test('a newer version supersedes the branches that wait and the join, and leaves nothing behind', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .from(orders(), { latest: { key: (b) => String(b.key), version: (b) => b.n } })
      .gather({ a: echo('a'), b: (s) => s.delay('a while', '1m').to(fine('b')) }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give({ n: 1, key: 'k' })
    await t.run(1000)
    const r = await t.send({ n: 2, key: 'k' })
    expect(inputs(end)).toEqual([{ a: { n: 2, key: 'k' }, b: { n: 2, key: 'k' } }])
    expect([r.pending, r.dead, balanced(await t.runtime.counts())]).toEqual([0, [], true])
  })

  test('a branch in hand is not touched by a newer version, but its join is superseded', async () => {
    const end = fine<unknown>('end')
    const b = slow('b', 5000)
    const f = flow('f')
      .from(orders(), { latest: { key: (x) => String(x.key), version: (x) => x.n } })
      .gather({ a: echo('a'), b }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give({ n: 1, key: 'k' })
    await t.run(1000)
    const r = await t.send({ n: 2, key: 'k' })
    expect(inputs(b).map((x) => x.n)).toEqual([1, 2])
    expect(inputs(end)).toEqual([{ a: { n: 2, key: 'k' }, b: { n: 2, key: 'k' } }])
    expect([r.pending, r.dead, balanced(await t.runtime.counts())]).toEqual([0, [], true])
  })

  test('the order of a key holds behind a join whose failure is recovered', async () => {
    const end = fine<{ readonly a?: unknown }>('end')
    const a = remote<Bad>('a', async (b, ctx) => {
      await ctx.clock.sleep(1000)
      return b.n === 1 ? new Bad({}) : b.n
    })
    const f = flow('f')
      .from(orders(), { key: () => 'k' })
      .gather({ a, b: fine('b') }, { settle: 'all' })
      .recover('PartialFailure', () => ({ a: 'recovered' }))
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.sendAll([1, 2, 3].map((n) => ({ n })))
    expect(inputs(end).map((x) => x.a)).toEqual(['recovered', 2, 3])
  })
})

describe('S6 gather, corners: policies and routes', () => {
  test('a quorum of all is all', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ a: echo('a'), b: slow('b', 1000) }, { settle: { quorum: 2 } })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ a: { n: 1 }, b: { n: 1 } }])
  })

  test('any, and every branch filters: an empty reply, durably and in memory', async () => {
    const end = fine<unknown>('end')
    const open = flow('f')
      .input<Order>()
      .gather(
        { a: (s) => s.filter('no', () => false), b: (s) => s.filter('never', () => false).to(fine('b')) },
        { settle: 'any' },
      )
    await using t = testFlow(open.to(end).otherwise(deadLetter()))
    await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{}])
    expect(JSON.parse(JSON.stringify(await open.run({ n: 1 })))).toEqual({})
  })

  test('any waits for a reply where one branch filters and another still runs', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ a: (s) => s.filter('no', () => false).to(fine('a')), b: slow('b', 500) }, { settle: 'any' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ b: { n: 1 } }])
  })

  test('a branch whose failure is diverted or discarded has failed for the join', async () => {
    const aside = fine<unknown>('aside')
    const other = flow('other').input<object>().to(aside).otherwise(deadLetter())
    const f = flow('f')
      .input<Order>()
      .gather(
        {
          a: (s) => s.to(bad('a')).on('Bad', divert(other)),
          b: (s) => s.to(bad('b')).on('Bad', discard()),
          c: echo('c'),
        },
        { settle: 'bestEffort' },
      )
      .map('told', (r) =>
        [r.a, r.b, r.c].map((x) => (x._tag === 'Left' ? (x.left._tag satisfies 'Bad' | 'NoReply') : 'ok')),
      )
      .to(fine<unknown>('end'))
      .otherwise(deadLetter())
    await using t = testFlow(f, { flows: [other] })
    const r = await t.send({ n: 1 })
    expect(r.delivered.find((d) => d.target === 'end')!.input).toEqual(['NoReply', 'NoReply', 'ok'])
    expect(aside.calls.length).toBe(1)
    expect([r.dead, r.pending, balanced(await t.runtime.counts())]).toEqual([[], 0, true])
  })

  test('a recovery behind the join takes no failure of a branch, which goes its own way', async () => {
    const end = fine<unknown>('end')
    const open = flow('f')
      .input<Order>()
      .to(failing<Bad>('first', 1, () => new Bad({})))
      .gather({ a: bad('a'), b: echo('b') }, { settle: 'any' })
      .recover('Bad', () => ({ b: { n: 9 } }))
    await using t = testFlow(open.to(end).otherwise(deadLetter()))
    await t.send({ n: 1 })
    const r = await t.send({ n: 2 })
    expect(inputs(end)).toEqual([{ b: { n: 9 } }, { b: { n: 2 } }])
    expect([r.dead.map((d) => d.hop), r.pending]).toEqual([['a'], 0])
  })

  test('a wire tap in a branch answers nothing, and its failure is its own', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ a: (s) => s.through(wireTap('look', bad('look'))).to(slow('a', 500)) }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ a: { n: 1 } }])
    expect([r.dead.map((d) => d.hop), r.pending]).toEqual([['a/look/copy'], 0])
  })

  test('S10: in memory a tap whose body cannot be copied fails nobody', async () => {
    const f = flow('f')
      .input<Order>()
      .through(wireTap('look', fine('look')))
    const body = { n: 1, f: () => 2 }
    expect(await f.run(body)).toBe(body)
  })

  test('a branch that dies alerts, and so does the join', async () => {
    const pager = remote<never, Alert>('pager', () => ({}))
    const f = flow('f')
      .input<Order>()
      .gather({ a: bad('a'), b: echo('b') }, { settle: 'all' })
      .otherwise(deadLetter().alert(pager))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(new Set(r.alerts.map((x) => `${x.hop} ${x.tag}`))).toEqual(
      new Set(['a Bad', 'end PartialFailure']),
    )
  })

  test('a body that JSON cannot carry fails its branch alone, and names the place', async () => {
    const f = flow('f')
      .input<Order>()
      .gather(
        { a: (s) => s.map('date', () => ({ at: { day: new Date(0) as unknown as string } })), b: echo('b') },
        { settle: 'any' },
      )
      .to(fine<unknown>('end'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(r.delivered.find((d) => d.target === 'end')!.input).toEqual({ b: { n: 1 } })
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([['a/end', 'StepFailed']])
    expect(r.dead[0]!.error.message).toContain('at.day: Date cannot be stored')
  })
})

describe('S6 gather, corners: size and shape', () => {
  const many = (n: number, make: (name: string) => ReturnType<typeof echo>) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`b${i}`, make(`b${i}`)]))

  test('two hundred branches answer one join', async () => {
    const end = fine<Readonly<Record<string, unknown>>>('end')
    const f = flow('f')
      .input<Order>()
      .gather(many(200, echo), { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(Object.keys(inputs(end)[0]!)).toEqual(Array.from({ length: 200 }, (_, i) => `b${i}`))
    expect(r.pending).toBe(0)
  })

  test('two hundred failures are all in what a recovery gets', async () => {
    const end = fine<readonly string[]>('end')
    const f = flow('f')
      .input<Order>()
      .gather(many(200, bad as never), { settle: 'any' })
      .recover('PartialFailure', (e) => e.failed.map((x) => x.branch))
      .map('list', (x) => x as readonly string[])
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(end)[0]).toHaveLength(200)
  })

  test('bodies of 5 MB are joined whole', async () => {
    const big = 'x'.repeat(5_000_000)
    const end = fine<{ readonly a: { readonly big: string } }>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ a: remote<never>('a', () => ({ big })) as never, b: echo('b') }, { settle: 'all' })
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(inputs(end)[0]!.a.big.length).toBe(5_000_000)
  })

  const nested = () =>
    flow('f')
      .from(orders())
      .gather(
        {
          in: (s) => s.gather({ x: failing('x', 1), y: (q) => q.delay('a while', '1m') }, { settle: 'any' }),
          out: (s) => s.fanOut({ p: fine('p'), q: (q) => q.split('each', () => [1], fine<number>('item')) }),
          or: (s) =>
            s.choose((c) => c.when('even', (b) => b.n % 2 === 0, echo('even')).otherwise(echo('odd'))),
        },
        { settle: 'all' },
      )
      .gatherEach('all of it', (b) => Object.values(b), fine<unknown>('one'), { settle: 'bestEffort' })
      .recover('PartialFailure', () => [])
      .to(fine<unknown>('end'))
      .otherwise(byKind({ transient: retry({ initial: '1s', max: '1s', attempts: 3 }) }))

  test('is described and drawn, nested as it may be', () => {
    const d = described(nested())
    const names = d.hops.map((h) => h.name)
    for (const name of [
      'in/x',
      'in/end',
      'out/p',
      'out/q/each',
      'choose even/even',
      'choose even/otherwise',
      'all of it/item',
      'end',
    ])
      expect([name, names]).toEqual([
        name,
        expect.arrayContaining([expect.stringMatching(new RegExp(`(^|/)${name}$`))]),
      ])
    const drawn = mermaid(d)
    for (const h of d.hops) expect(drawn).toContain(h.name)
    expect(worstCase(nested()).ms).toBeGreaterThan(60_000)
  })

  test('steps inside of its branches are replaced by name', async () => {
    const seen: string[] = []
    const stand = (name: string) => () => {
      seen.push(name)
      return { n: 4 }
    }
    await using t = testFlow(nested(), {
      replace: Object.fromEntries(['x', 'p', 'item', 'even', 'odd', 'one', 'end'].map((n) => [n, stand(n)])),
    })
    const r = await t.send({ n: 2 })
    expect([...new Set(seen)].toSorted()).toEqual(['end', 'even', 'item', 'one', 'p', 'x'])
    expect([r.dead, r.pending]).toEqual([[], 0])
  })
})
