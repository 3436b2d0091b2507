import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  divert,
  flow,
  memoryJournal,
  retry,
  right,
  type Decision,
  type Failed,
  type FlowNode,
  type NodeContext,
} from '../../src/index.js'
import { memoryStore } from '../../src/journal/memory-store.js'
import { testFlow } from '../../src/testing/index.js'
import { seenJournal } from '../patterns/split-journal.js'
import { balanced } from '../semantics/counted.js'
import { Bad, failing, fine, inputs, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const once = deadLetter()
const hour = byKind({ transient: retry({ initial: '1h', jitter: 'none' }) })
const failed = (r: { readonly dead: readonly { readonly error: unknown }[] }): unknown =>
  r.dead.map((d) => (d.error as { readonly message: string }).message)

/** A structure that decides what it is told to. */
const decides = <B = Order>(
  name: string,
  f: (body: Order, ctx: NodeContext) => Decision,
  more: object = {},
): FlowNode<Order, B> => ({
  name,
  node: { enter: (body: Order, ctx) => right(f(body, ctx)), call: (body) => right(body), ...more },
})

describe('a body that JSON cannot carry', () => {
  test('is refused by name where a flow parts, and none of its branches is sent anything', async () => {
    const to = fine<unknown>('to')
    const dated = flow('f')
      .input<Order>()
      .map('dated', () => ({ at: new Date(0) }) as never as Order)
    for (const f of [
      dated.fanOut({ a: to, b: fine<unknown>('b') }).otherwise(once),
      dated.gather({ a: to, b: fine<unknown>('b') }, { settle: 'all' }).otherwise(once),
      dated.gatherEach('each', (b) => [b], to, { settle: 'all' }).otherwise(once),
    ]) {
      await using t = testFlow(f)
      const r = await t.send({ n: 1 })
      expect(failed(r)).toEqual([expect.stringMatching(/at: Date cannot be stored; give durable/)])
      expect([to.calls.length, balanced(await t.runtime.counts())]).toEqual([0, true])
    }
  })

  test('is not diverted: the failure names what it was', async () => {
    const desk = flow('desk').input<Failed>().to(fine<Failed>('desk')).otherwise(once)
    const said = async (body: unknown): Promise<unknown> => {
      const node = decides('pass', () => ({ divert: { to: desk, body } }), { divertsTo: [desk] })
      await using t = testFlow(flow('f').input<Order>().through(node).otherwise(once), { flows: [desk] })
      return failed(await t.send({ n: 1 }))
    }
    expect(await said({ at: new Date(0) })).toEqual([expect.stringContaining('at: Date cannot be stored')])
    expect(await said(new Map())).toEqual([expect.stringContaining('the body: Map cannot be stored')])
  })

  test('is encoded where a codec stands; one that throws fails the hop before it, also behind a split', async () => {
    const codec = {
      encode: (): never => {
        throw new Error('a broken codec')
      },
      decode: (v: unknown) => right(v),
    }
    const f = flow('f')
      .input<Order>()
      .choose((c) =>
        c
          .when(
            'many',
            () => true,
            (s) => s.split('rows', () => [{ n: 1 }], fine('to')),
          )
          .otherwise(fine('one')),
      )
      .durable('kept', codec as never)
      .to(fine<unknown>('after'))
      .otherwise(once)
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([failed(r), balanced(await t.runtime.counts())]).toEqual([
      [expect.stringContaining('a broken codec')],
      true,
    ])
  })
})

describe('a structure', () => {
  test('at the end of a branch that is joined: what it goes on with is the reply', async () => {
    const end = fine<unknown>('end')
    const twice = decides('twice', (b) => ({ emit: [{ to: 'next', body: { n: 2 * b.n } }] }))
    const f = flow('f')
      .input<Order>()
      .gather({ a: (s) => s.through(twice), b: fine('b') }, { settle: 'all' })
      .to(end)
      .otherwise(once)
    await using t = testFlow(f)
    await t.send({ n: 4 })
    expect(inputs(end)).toEqual([{ a: { n: 8 }, b: { ok: true } }])
  })

  test('may end a branch that is joined without a reply, as a filter does', async () => {
    const end = fine<unknown>('end')
    const drop = decides('drop', () => ({ done: 'filtered' }))
    const f = flow('f')
      .input<Order>()
      .gather({ a: (s) => s.through(drop), b: fine('b') }, { settle: 'all' })
      .to(end)
      .otherwise(once)
    await using t = testFlow(f)
    const r = await t.send({ n: 4 })
    expect([inputs(end), r.dead]).toEqual([[{ b: { ok: true } }], []])
  })

  test('cannot join what is no entrance of its own', async () => {
    const node = decides('odd', (body) => ({
      emit: [{ to: 'next', body, join: { expect: ['a'], settle: 'all' as const } }],
    }))
    await using t = testFlow(flow('f').input<Order>().through(node).otherwise(once))
    expect(failed(await t.send({ n: 1 }))).toEqual([
      expect.stringContaining('"next" cannot join: expected an entrance'),
    ])
  })

  test('inside of a split tells apart what it sends on, and the items with it', async () => {
    const end = fine('end')
    const twins = decides('twins', (b) => ({
      emit: [1, 2].map((n) => ({ to: 'next', body: { n: 10 * b.n + n }, suffix: String(n) })),
    }))
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        () => [{ n: 1 }, { n: 2 }],
        (s) => s.through(twins).to(fine('first')).to(end),
      )
      .otherwise(once)
    await using t = testFlow(f)
    await t.send({ n: 0 })
    expect(inputs(end).toSorted((a, b) => a.n - b.n)).toEqual([11, 12, 21, 22].map((n) => ({ n })))
    expect(new Set(end.calls.map((c) => c.key)).size).toBe(4)
  })
})

describe('a message of an older build', () => {
  test('is brought up from each version that says how, and keeps its items on its way', async () => {
    const store = memoryStore()
    const journal = (clock: never) => memoryJournal({ clock, store })
    const end = fine('end')
    const build = (version: number, first: never, to = end) =>
      flow('f', { version, upcast: { 2: (b) => ({ n: (b as Order).n * 10 }) } })
        .input<Order>()
        .split(
          'rows',
          () => [{ n: 1 }, { n: 2 }],
          (s) => s.to(first).to(fine('second')).to(to),
        )
        .otherwise(hour)
    {
      await using t = testFlow(build(1, failing('first', 9) as never), { journal: journal as never })
      await t.give({ n: 0 })
      await t.run(1000)
    }
    await using t = testFlow(build(3, fine('first') as never), { journal: journal as never })
    await t.settle()
    expect(inputs(end).toSorted((a, b) => a.n - b.n)).toEqual([{ n: 10 }, { n: 20 }])
  })
})

describe('a split of a message of an older build', () => {
  test('gives items of this build: they are not brought up again', async () => {
    const store = memoryStore()
    const journal = (clock: never) => memoryJournal({ clock, store })
    const to = fine('to')
    const build = (version: number, waits: number) =>
      flow('f', { version, upcast: { 1: (b) => ({ n: (b as Order).n * 10 }) } })
        .input<Order>()
        .to(fine('first'))
        .split(
          'rows',
          async function* (b, ctx) {
            await ctx.clock.sleep(waits)
            yield* [{ n: b.n }, { n: b.n + 1 }]
          },
          to,
        )
        .otherwise(hour)
    {
      await using t = testFlow(build(1, 36e5), { journal: journal as never })
      await t.give({ n: 1 })
      await t.run(1000)
    }
    await using t = testFlow(build(2, 0), { journal: journal as never })
    await t.settle()
    expect(inputs(to)).toEqual([{ n: 10 }, { n: 11 }])
  })
})

describe('the report of a batch run', () => {
  test('is a message of its own kind: without the version, the deadline and the key of what was split', async () => {
    const j = seenJournal()
    const f = flow('f')
      .from(orders(), {
        key: (o) => `k${o.n}`,
        latest: { key: () => 'v', version: (o) => o.n },
        deadline: '1h',
      })
      .split('rows', () => [{ n: 1 }], fine('to'), { run: { report: fine<unknown>('report') } })
      .otherwise(once)
    await using t = testFlow(f, { journal: j.journal })
    await t.send({ n: 1 })
    const report = j.settled.flatMap((s) => s.emit ?? []).find((e) => e.hop === 'rows/report')!
    expect(Object.keys(report).sort()).toEqual(['body', 'flow', 'hop', 'id'])
  })
})

describe('a diverting route with an alert', () => {
  test('tells that the message was diverted', async () => {
    const pager = fine<{ readonly verdict: string }>('pager')
    const desk = flow('desk').input<Failed>().to(fine<Failed>('desk')).otherwise(once)
    const f = flow('f')
      .input<Order>()
      .to(failing<Bad>('site', 9, () => new Bad({})))
      .otherwise(byKind({ permanent: divert(desk).alert(pager) }))
    await using t = testFlow(f, { flows: [desk] })
    await t.send({ n: 1 })
    expect(inputs(pager)).toMatchObject([{ verdict: 'diverted' }])
  })
})

describe('a deadline that passes while replies are joined', () => {
  const slow = remote('slow', async (_b, ctx) => {
    await ctx.clock.sleep(2 * 36e5, ctx.signal)
    return {}
  })

  test('at a join that ends the flow is the message’s, and a dead letter', async () => {
    const f = flow('f').from(orders(), { deadline: '1h' }).gather({ slow }, { settle: 'all' }).otherwise(once)
    await using t = testFlow(f, { runtime: { attempt: '24h' } })
    const r = await t.send({ n: 1 })
    expect(r.dead.map((d) => [d.hop, (d.error as { _tag: string })._tag])).toEqual(
      expect.arrayContaining([['slow', 'DeadlineExceeded']]),
    )
    expect([r.pending, balanced(await t.runtime.counts())]).toEqual([0, true])
  })

  test('at the hop that also recovers from it: the message goes on there, without a deadline', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .from(orders(), { deadline: '1h' })
      .gather({ slow }, { settle: 'all' })
      .recover('DeadlineExceeded', () => ({ late: true }) as never)
      .to(end)
      .otherwise(once)
    await using t = testFlow(f, { runtime: { attempt: '24h' } })
    await t.send({ n: 1 })
    expect(inputs(end)).toEqual([{ late: true }])
  })
})
