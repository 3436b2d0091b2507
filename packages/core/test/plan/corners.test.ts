import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  describe as described,
  discard,
  flow,
  mermaid,
  read,
  retry,
  right,
  when,
  worstCase,
  type FlowNode,
} from '../../src/index.js'
import { aggregate } from '../../src/patterns/index.js'
import { estimate } from '../../src/plan/estimate.js'
import { plan } from '../../src/plan/plan.js'
import { renamedBranches } from '../../src/plan/renamed-branches.js'
import type { Definition } from '../../src/flow/op.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, failing, fine, inputs, remote, type Order } from '../semantics/remote.js'

const SECOND = { attemptMs: 1000 }
const once = deadLetter()
const planOf = (f: unknown): ReturnType<typeof plan> =>
  plan((f as { readonly definition: Definition }).definition)
const ways = (f: Parameters<typeof worstCase>[0]): readonly string[] =>
  worstCase(f, SECOND).way.map((w) => w.hop)

describe('the worst case', () => {
  test('of a split goes through its items, the join of their replies, or the watch over its run', () => {
    const busy = failing('busy', 9)
    const joined = flow('f')
      .input<Order>()
      .gatherEach('all', () => [{ n: 1 }], busy, { settle: 'all' })
      .to(fine<unknown>('after'))
      .otherwise(byKind({ transient: retry({ attempts: 2, initial: '1s' }) }))
    expect(ways(joined)).toEqual(['all', 'all/item', 'after'])
    const watched = flow('f')
      .input<Order>()
      .split('rows', () => [{ n: 1 }], fine('to'), { run: { report: fine<unknown>('report') } })
      .otherwise(once)
    expect(ways(watched)).toEqual(['rows', 'rows/item', 'rows/run', 'rows/report'])
    const quiet = flow('f')
      .input<Order>()
      .split('rows', () => [{ n: 1 }], fine('to'), { run: {} })
      .otherwise(once)
    expect(ways(quiet)).toEqual(['rows', 'rows/item', 'rows/run'])
  })

  test('of a structure that sends to itself goes through it once, with the time that it waits', () => {
    const node: FlowNode<Order, Order> = {
      name: 'loop',
      node: {
        enter: (body) => right({ emit: [{ to: 'again', body }] }),
        entrances: { again: (body) => right({ emit: [{ to: 'again', body }] }) },
        waits: 5000,
        call: (body) => right(body),
      },
    }
    const f = flow('f').input<Order>().through(node).to(fine('to')).otherwise(once)
    expect(worstCase(f, SECOND)).toMatchObject({
      ms: 3000 + 2 * 5000,
      way: [{ hop: 'loop' }, { hop: 'loop/again' }, { hop: 'to' }],
    })
  })

  test('of a structure that does not wait is that of its hops', () => {
    const node: FlowNode<Order, Order> = {
      name: 'pass',
      node: { enter: (body) => right({ emit: [{ to: 'next', body }] }), call: (body) => right(body) },
    }
    const f = flow('f').input<Order>().through(node).to(fine('to')).otherwise(once)
    expect(worstCase(f, SECOND).ms).toBe(2000)
  })

  test('asks routes by kind inside of routes by kind', () => {
    const inner = byKind({ transient: retry({ attempts: 2, initial: '1m', jitter: 'none' }) })
    const f = flow('f')
      .input<Order>()
      .to(failing('site', 9))
      .otherwise(byKind({ transient: inner }))
    expect(worstCase(f, SECOND).ms).toBe(62_000)
  })

  test('asks every case of a route, and no further than a branch that says itself how it fails', () => {
    const long = retry({ attempts: 2, initial: '1h', jitter: 'none' })
    const f = flow('f')
      .input<Order>()
      .to(failing<Bad>('site', 9))
      .onError({ Bad: when((e: Bad) => e.status === 1, once, long), StepFailed: once } as never)
    expect(worstCase(f as never, SECOND).ms).toBe(3_600_000 + 2000)
  })
})

describe('an estimate', () => {
  test('of no rows takes no time, however slow the remote may be called', () => {
    const slow = createDestination({ name: 'slow', rate: { limit: 1, per: '1h' }, circuit: false })
    const f = flow('f')
      .input<Order>()
      .to(fine('to', { destination: slow }))
      .otherwise(once)
    expect(estimate(f, { rows: 0 }).ms).toBe(0)
    expect(estimate(f, { rows: 1, latency: '2s' }).ms).toBe(2000)
  })

  test('takes a destination that does not say its limits for one that has none but the attempts of its hops', () => {
    const mute = { ...createDestination({ name: 'mute', circuit: false }), limits: undefined }
    const f = flow('f')
      .input<Order>()
      .to(fine('to', { destination: mute as never }))
      .otherwise(once)
    expect(estimate(f, { rows: 64, perHop: 32, latency: '1s' }).ms).toBe(2000)
  })
})

describe('an open flow', () => {
  const open = flow('f').input<Order>().to(fine('to'))
  test('is tried once at each hop in the worst case, for it has no routes', () => {
    expect(worstCase(open as never, SECOND)).toMatchObject({ ms: 1000, way: [{ hop: 'to', attempts: 1 }] })
  })

  test('can be described and drawn; it has no routes for the rest', () => {
    const d = described(open)
    expect([d.errors, d.hops.map((h) => h.name)]).toEqual([[], ['to']])
    expect(mermaid(d)).not.toContain('rest')
  })

  test('has the default route for whatever fails, and so has a flow that forgot a tag', () => {
    expect(planOf(open).rest('Bad')).toBe(planOf(open).rest('Down'))
    const closed = flow('f')
      .input<Order>()
      .to(failing<Bad>('site', 9))
      .onError({ Bad: once, StepFailed: once } as never)
    expect(planOf(closed).rest('Forgotten')).toBe(planOf(open).rest('Bad'))
    expect(planOf(closed).rest('Bad')).toBe(once)
  })
})

test('a batch run is described with the watch over it', () => {
  const f = flow('f')
    .input<Order>()
    .split('rows', () => [{ n: 1 }], fine('to'), { run: { report: fine<unknown>('report') } })
    .otherwise(once)
  const next = (hop: string): unknown =>
    described(f)
      .hops.find((h) => h.name === hop)
      ?.next.map((n) => n.hop)
  expect([next('rows'), next('rows/run')]).toEqual([['rows/item', 'rows/run'], ['rows/report']])
})

describe('hops', () => {
  test('of two choices whose cases have one name are refused with what to rename', () => {
    const f = flow('f')
      .input<Order>()
      .choose((c) => c.when('big', (b) => b.n > 9, fine('a')).otherwise(fine('b')))
      .choose((c) => c.when('big', () => true, fine<unknown>('c')).otherwise(fine<unknown>('d')))
      .otherwise(once)
    expect(() => planOf(f)).toThrow('give the first case of one choose another name')
  })

  test('a case that only routes failures runs inside of the hop, and its route is asked', async () => {
    const look = read<Order, Order, Bad>({
      name: 'look',
      destination: createDestination({ name: 'catalogue', circuit: false }),
      call: () => ({ result: { _tag: 'Left', left: new Bad({}) }, seen: { as: 'failed' } }),
    })
    const f = flow('f')
      .input<Order>()
      .choose((c) =>
        c
          .when(
            'known',
            (b) => b.n === 1,
            (s) => s.via(look).on('Bad', discard('nobody misses it')),
          )
          .otherwise((s) => s.map('as it is', (b) => b)),
      )
      .to(fine('to', { effect: 'idempotent' }))
      .otherwise(once)
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([r.dead, planOf(f).hops.size]).toEqual([[], 1])
  })

  test('inside of a split that stops at a failure hold those behind them, in fan-outs and structures too', async () => {
    const items = [{ n: 1 }, { n: 2 }, { n: 3 }]
    const bad = remote<Bad>('bad', ({ n }) => (n === 2 ? new Bad({}) : { ok: true }))
    const sum = aggregate('sum', {
      into: { start: () => 0, add: (s: number, o: Order) => s + o.n },
      size: 9,
    })
    const f = flow('f')
      .input<Order>()
      .split(
        'rows',
        () => items,
        (s) => s.fanOut({ one: bad, two: (b) => b.through(sum as never).to(fine<unknown>('two') as never) }),
        { onFailure: 'stop' },
      )
      .otherwise(once)
    const held = [...planOf(f).hops.values()].filter((h) => h.holds === true).map((h) => h.name)
    expect(held).toEqual(expect.arrayContaining(['rows/item/one', 'rows/item/two/sum']))
    await using t = testFlow(f)
    await t.send({ n: 0 })
    expect(inputs(bad)).toEqual([{ n: 1 }, { n: 2 }])
  })
})

describe('steps made by hand', () => {
  test('that name no destination are called without limits: as a target, and inside of a structure', async () => {
    const seen: unknown[] = []
    const bare = (name: string, effect: string): never =>
      ({ name, effect, run: (b: unknown) => (seen.push([name, b]), right(b)) }) as never
    const node: FlowNode<Order, Order> = {
      name: 'runs',
      node: {
        enter: (body) => right({ emit: [{ to: 'do', body }] }),
        entrances: {
          do: async (body, ctx) => {
            const r = await ctx.run('a', body, 'k')
            return r._tag === 'Left' ? r : right({ emit: [{ to: 'next', body: r.right }] })
          },
        },
        branches: { a: bare('inner', 'none') },
        inline: ['a'],
        call: (body) => right(body),
      },
    }
    const f = flow('f').input<Order>().through(node).to(bare('outer', 'idempotent')).otherwise(once)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(seen).toEqual([
      ['inner', { n: 1 }],
      ['outer', { n: 1 }],
    ])
    expect([...planOf(f).hops.values()].flatMap((h) => h.destinations)).toEqual([])
  })
})

describe('branches that were renamed', () => {
  test('are read off the hops below them, and off no other', () => {
    const named = (renamed: Record<string, string>): unknown =>
      Object.fromEntries(renamedBranches(renamed, 'gather', ['left', 'right']))
    expect(named({ 'gather/old': 'gather/left' })).toEqual({ old: 'left' })
    expect(named({ 'gather/old/put': 'gather/left/put' })).toEqual({ old: 'left' })
    // Another structure; another end; a branch that only begins alike; deeper than a branch.
    expect(named({ old: 'gather/left' })).toEqual({})
    expect(named({ 'gather/old/put': 'gather/left/send' })).toEqual({})
    expect(named({ 'gather/old': 'gather/lefthand' })).toEqual({})
    expect(named({ 'gather/very/old': 'gather/left' })).toEqual({})
    expect(named({ 'gather/old': 'elsewhere/left' })).toEqual({})
    expect(named({ 'gather//put': 'gather/left/put' })).toEqual({})
  })
})
