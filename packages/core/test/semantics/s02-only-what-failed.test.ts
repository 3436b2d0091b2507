import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  flow,
  read,
  retry,
  right,
  type Context,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, Down, failing, fine, forever, inputs, remote, type Order } from './remote.js'

const quick = byKind({ transient: retry({ initial: '10ms', attempts: 9 }) })

/** A read that counts its calls. */
const lookUp = (name: string) => {
  const calls: Order[] = []
  const step = read<Order, Order, never>({
    name,
    destination: createDestination({ name: `${name} remote` }),
    call: (b) => {
      calls.push(b)
      return { result: right({ n: b.n + 100 }), seen: { as: 'ok' } }
    },
  })
  return Object.assign(step, { calls })
}

describe('S2 only what failed is retried', () => {
  test('a branch that fails is retried without the branches that succeeded', async () => {
    const a = fine('a')
    const b = failing('b', 3)
    const c = fine('c')
    await using t = testFlow(flow('f').input<Order>().fanOut({ a, b, c }).otherwise(quick))
    const r = await t.send({ n: 1 })
    expect([a.calls.length, b.calls.length, c.calls.length]).toEqual([1, 4, 1])
    expect(r).toMatchObject({ pending: 0, dead: [] })
  })

  test('a split item that fails is retried without the other items', async () => {
    const item = remote('item', (b, ctx) => (b.n === 2 && ctx.attempt < 4 ? new Down({}) : {}))
    const f = flow('f')
      .input<Order>()
      .split('lines', () => [{ n: 1 }, { n: 2 }, { n: 3 }], item)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.send({ n: 0 })
    expect(
      inputs(item)
        .map((b) => b.n)
        .toSorted((x, y) => x - y),
    ).toEqual([1, 2, 2, 2, 2, 3])
  })

  test('a target that fails is retried without the targets and steps of the hops before it', async () => {
    const steps: string[] = []
    const a = fine('a')
    const b = failing('b', 2)
    const f = flow('f')
      .input<Order>()
      .map('first', (x) => (steps.push('first'), x))
      .to(a)
      .map('second', (x) => (steps.push('second'), x))
      .to(b)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(a.calls).toHaveLength(1)
    expect(steps).toEqual(['first', 'second', 'second', 'second'])
  })

  test('what follows a durable point is retried without what went before it', async () => {
    const before = lookUp('before')
    const after = lookUp('after')
    const b = failing('b', 2, undefined, { effect: 'idempotent' })
    const f = flow('f').input<Order>().via(before).durable('kept').via(after).to(b).otherwise(quick)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect([before.calls.length, after.calls.length]).toEqual([1, 3])
    expect(inputs(b)).toEqual([{ n: 201 }, { n: 201 }, { n: 201 }])
  })

  test('the body of a keyed target cannot change between its attempts: a read before it is not made again', async () => {
    const price = lookUp('price')
    const b = failing('b', 2)
    await using t = testFlow(flow('f').input<Order>().via(price).to(b).otherwise(quick))
    await t.send({ n: 1 })
    expect(price.calls).toHaveLength(1)
    expect(t.runtime.describe()[0]!.hops.map((h) => h.name)).toEqual(['before b', 'b'])
    expect(new Set(b.calls.map((c) => c.key)).size).toBe(1)
  })

  test('the reads inside a hop are made again with it', async () => {
    const price = lookUp('price')
    const b = failing('b', 2, undefined, { effect: 'idempotent' })
    await using t = testFlow(flow('f').input<Order>().via(price).to(b).otherwise(quick))
    await t.send({ n: 1 })
    expect(price.calls).toHaveLength(3)
    expect(t.runtime.describe()[0]!.hops.map((h) => h.name)).toEqual(['b'])
  })

  test('after a crash only the branch that was under way goes again', async () => {
    const a = fine('a')
    let life = 1
    const seen: string[] = []
    const b = (_input: Order, ctx: Context): unknown => {
      seen.push(`${life}:${ctx.attempt}`)
      return life === 1 ? forever(ctx) : {}
    }
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .fanOut({ a, b: fine('b') })
        .otherwise(quick),
      { replace: { b } },
    )
    await t.give({ n: 1 })
    await t.run(100)
    life = 2
    await t.restart()
    const r = await t.settle()
    expect(a.calls).toHaveLength(1)
    expect(seen).toEqual(['1:1', '2:1'])
    expect(r).toMatchObject({ pending: 0, dead: [] })
  })

  test('a restart between two attempts repeats nothing that succeeded, and goes on counting attempts', async () => {
    const a = fine('a')
    const attempts: number[] = []
    const b = remote('b', (_input, ctx) => (attempts.push(ctx.attempt), ctx.attempt < 3 ? new Down({}) : {}))
    const slow = byKind({ transient: retry({ initial: '1h', jitter: 'none' }) })
    await using t = testFlow(flow('f').input<Order>().to(a).to(b).otherwise(slow))
    await t.give({ n: 1 })
    await t.run(1000)
    await t.restart()
    await t.settle()
    expect(a.calls).toHaveLength(1)
    expect(attempts).toEqual([1, 2, 3])
  })

  test('a replay of a dead branch sends that branch only', async () => {
    const a = fine('a')
    const b = failing<Bad>('b', 1, () => new Bad({}))
    await using t = testFlow(flow('f').input<Order>().fanOut({ a, b }).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    expect(dead.map((d) => d.hop)).toEqual(['b'])
    const r = await t.replay(dead[0]!.id)
    expect([a.calls.length, b.calls.length]).toEqual([1, 2])
    expect(r).toMatchObject({ pending: 0, dead: [] })
  })

  test('in a branch of its own, only the target that failed is retried', async () => {
    const a = fine('a')
    const b = failing('b', 2)
    const c = fine('c')
    const f = flow('f')
      .input<Order>()
      .fanOut({ one: (s) => s.to(a).to(b), two: c })
      .otherwise(quick)
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect([a.calls.length, b.calls.length, c.calls.length]).toEqual([1, 3, 1])
  })

  test('the idempotency key is the same over retries, crashes and replays, and another for each hop', async () => {
    const a = failing('a', 2)
    const b = failing<Bad>('b', 1, () => new Bad({}))
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(a)
        .to(b)
        .otherwise(byKind({ transient: retry({ initial: '1h' }) })),
    )
    await t.give({ n: 1 })
    await t.run(1)
    await t.restart()
    const { accepted, dead } = await t.settle()
    expect(accepted).toEqual([])
    await t.replay(dead[0]!.id)
    const root = dead[0]!.id.split('/')[0]
    expect(new Set(a.calls.map((c) => c.key))).toEqual(new Set([root]))
    expect(b.calls.map((c) => c.key)).toEqual([`${root}/b`, `${root}/b`])
  })
})
