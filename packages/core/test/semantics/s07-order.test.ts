import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, discard, divert, flow, retry } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, Down, fine, forever, inputs, remote, type Order } from './remote.js'
import { orders } from './source.js'

const keyed = { key: (b: Order): string => b.key ?? 'one' }
const minutes = byKind({ transient: retry({ initial: '1m', jitter: 'none' }) })
const of = (key: string, ...ns: number[]): Order[] => ns.map((n) => ({ n, key }))

describe('S7 order per (hop, key)', () => {
  test('follows the order of acceptance through retries; other keys overtake', async () => {
    const to = remote<Down>('to', (b, ctx) =>
      b.key === 'a' && b.n === 1 && ctx.attempt < 3 ? new Down({}) : {},
    )
    await using t = testFlow(flow('f').from(orders(), keyed).to(to).otherwise(minutes))
    const r = await t.sendAll([...of('a', 1, 2, 3), ...of('b', 4, 5)])
    const order = r.delivered.map((d) => (d.input as unknown as Order).n)
    expect(order.filter((n) => n < 4)).toEqual([1, 2, 3])
    expect(order.slice(0, 2)).toEqual([4, 5])
    expect(
      inputs(to)
        .filter((b) => b.key === 'a')
        .map((b) => b.n),
    ).toEqual([1, 1, 1, 2, 3])
  })

  test('one message of a key is under way at a time', async () => {
    let inside = 0
    let most = 0
    const to = remote('to', async (_b, ctx) => {
      most = Math.max(most, ++inside)
      await ctx.clock.sleep(100)
      inside--
      return {}
    })
    await using t = testFlow(flow('f').from(orders(), keyed).to(to).otherwise(minutes))
    await t.sendAll(of('a', 1, 2, 3, 4))
    expect(most).toBe(1)
    most = 0
    await t.sendAll([...of('a', 1), ...of('b', 2), ...of('c', 3)])
    expect(most).toBe(3)
  })

  test('messages without a key are not held up by each other', async () => {
    const to = remote<Down>('to', (b, ctx) => (b.n === 1 && ctx.attempt < 2 ? new Down({}) : {}))
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(minutes))
    const r = await t.sendAll([{ n: 1 }, { n: 2 }])
    expect(r.delivered.map((d) => (d.input as unknown as Order).n)).toEqual([2, 1])
  })

  test('holds at the hops after the first, for the key travels with the message', async () => {
    const second = remote<Down>('second', (b, ctx) => (b.n === 1 && ctx.attempt < 3 ? new Down({}) : {}))
    await using t = testFlow(flow('f').from(orders(), keyed).to(fine('first')).to(second).otherwise(minutes))
    await t.sendAll(of('a', 1, 2, 3))
    expect(inputs(second).map((b) => b.n)).toEqual([1, 1, 1, 2, 3])
  })

  test('holds in each branch, where a branch waits for no other', async () => {
    const slow = remote<Down>('slow', (b, ctx) => (b.n === 1 && ctx.attempt < 3 ? new Down({}) : {}))
    const quick = fine('quick')
    await using t = testFlow(flow('f').from(orders(), keyed).fanOut({ slow, quick }).otherwise(minutes))
    for (const b of of('a', 1, 2, 3)) await t.give(b)
    await t.run(1000)
    expect(inputs(quick).map((b) => b.n)).toEqual([1, 2, 3])
    await t.settle()
    expect(inputs(slow).map((b) => b.n)).toEqual([1, 1, 1, 2, 3])
  })

  test('holds through delays: a message that waits is not overtaken', async () => {
    const to = fine('to')
    const f = flow('f').from(orders(), keyed).delay('wait', '1h').to(to).otherwise(minutes)
    await using t = testFlow(f)
    await t.give({ n: 1, key: 'a' })
    await t.run(60_000)
    await t.give({ n: 2, key: 'a' })
    await t.settle()
    expect(inputs(to).map((b) => b.n)).toEqual([1, 2])
  })

  test('holds over a crash in the middle of an attempt', async () => {
    let life = 1
    const to = remote('to', (_b, ctx) => (life === 1 ? forever(ctx) : {}))
    await using t = testFlow(flow('f').from(orders(), keyed).to(to).otherwise(minutes))
    for (const b of of('a', 1, 2, 3)) await t.give(b)
    await t.run(1000)
    expect(inputs(to).map((b) => b.n)).toEqual([1])
    life = 2
    await t.restart()
    await t.give({ n: 4, key: 'a' })
    await t.settle()
    expect(inputs(to).map((b) => b.n)).toEqual([1, 1, 2, 3, 4])
  })

  test('holds over a restart while the first one waits for its next attempt', async () => {
    const to = remote<Down>('to', (b, ctx) => (b.n === 1 && ctx.attempt < 2 ? new Down({}) : {}))
    await using t = testFlow(flow('f').from(orders(), keyed).to(to).otherwise(minutes))
    for (const b of of('a', 1, 2)) await t.give(b)
    await t.run(1000)
    await t.restart({ clean: true })
    await t.settle()
    expect(inputs(to).map((b) => b.n)).toEqual([1, 1, 2])
  })

  test('split items keep their order within a key', async () => {
    const item = remote<Down>('item', (b, ctx) => (b.n === 1 && ctx.attempt < 3 ? new Down({}) : {}))
    const f = flow('f')
      .from(orders(), keyed)
      .split('lines', (b) => [{ n: b.n }, { n: b.n + 1 }, { n: b.n + 2 }], item)
      .otherwise(minutes)
    await using t = testFlow(f)
    await t.sendAll([...of('a', 1), ...of('a', 10)])
    expect(inputs(item).map((b) => b.n)).toEqual([1, 1, 1, 2, 3, 10, 11, 12])
  })

  test('a diverted message keeps its key', async () => {
    const desk = remote<never, { body: Order }>('desk', async (f, ctx) => {
      await ctx.clock.sleep(f.body.n === 1 ? 1000 : 1)
      return {}
    })
    const repair = flow('repair').input<never>().to(desk).otherwise(deadLetter())
    const f = flow('f')
      .from(orders(), keyed)
      .to(remote<Bad>('to', () => new Bad({})))
      .otherwise(divert(repair))
    await using t = testFlow(f, { flows: [repair] })
    await t.sendAll(of('a', 1, 2))
    expect(desk.calls.map((c) => [c.input.body.n, c.at - desk.calls[0]!.at])).toEqual([
      [1, 0],
      [2, 1000],
    ])
  })
})

describe('S7 a dead letter and its key', () => {
  const refusing = () => remote<Bad>('to', (b, _ctx, nth) => (b.n === 1 && nth === 1 ? new Bad({}) : {}))

  test('skip, the default: its key goes on', async () => {
    const to = refusing()
    await using t = testFlow(flow('f').from(orders(), keyed).to(to).otherwise(deadLetter()))
    const r = await t.sendAll(of('a', 1, 2, 3))
    expect(inputs(to).map((b) => b.n)).toEqual([1, 2, 3])
    expect(r.dead).toHaveLength(1)
  })

  test('block: its key waits, over a restart too, until it is replayed; other keys go on', async () => {
    const to = refusing()
    await using t = testFlow(
      flow('f')
        .from(orders(), keyed)
        .to(to)
        .otherwise(deadLetter({ key: 'block' })),
    )
    const first = await t.sendAll([...of('a', 1, 2, 3), ...of('b', 9)])
    expect(inputs(to).map((b) => b.n)).toEqual([1, 9])
    expect(first.pending).toBe(2)
    await t.restart()
    await t.give({ n: 4, key: 'a' })
    expect((await t.settle()).pending).toBe(3)
    const r = await t.replay(first.dead[0]!.id)
    expect(inputs(to).map((b) => b.n)).toEqual([1, 9, 1, 2, 3, 4])
    expect(r).toMatchObject({ pending: 0, dead: [] })
  })

  test('block: discarding it lets its key go on', async () => {
    const to = refusing()
    await using t = testFlow(
      flow('f')
        .from(orders(), keyed)
        .to(to)
        .otherwise(deadLetter({ key: 'block' })),
    )
    await t.sendAll(of('a', 1, 2))
    await t.runtime.deadLetters.discard({ flow: 'f' }, 'not needed')
    await t.settle()
    expect(inputs(to).map((b) => b.n)).toEqual([1, 2])
  })

  test('a discarded message lets its key go on', async () => {
    const to = refusing()
    await using t = testFlow(flow('f').from(orders(), keyed).to(to).otherwise(discard('no')))
    await t.sendAll(of('a', 1, 2))
    expect(inputs(to).map((b) => b.n)).toEqual([1, 2])
  })
})
