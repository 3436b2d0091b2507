import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  target,
  type Clock,
  type Destination,
  type Journal,
  type Seen,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Down, failing, fine, inputs, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { faultyJournal } from './faulty-journal.js'

const HOUR = 36e5
const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none' }) })

/** A remote that asks to be left alone for an hour at its first call. */
const parking = (name: string, destination: Destination) => {
  let calls = 0
  const seen = (): Seen => (calls === 1 ? { as: 'refused', retryAt: until } : { as: 'ok' })
  let until = 0
  return remote<Down>(
    name,
    (_b, ctx) => {
      calls++
      until = ctx.clock.now() + HOUR
      return calls === 1 ? new Down({ retryAt: until }) : {}
    },
    { destination, seen },
  )
}
const calm = (name = 'd', concurrency = 16): Destination =>
  createDestination({ name, circuit: false, concurrency, random: { next: () => 0 } })

describe('a parked destination', () => {
  test('the message that met the failure follows its route; the others are not claimed and spend nothing', async () => {
    const to = parking('to', calm('d', 1))
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick))
    for (let n = 0; n < 20; n++) await t.give({ n })
    await t.run(HOUR / 2)
    expect(to.calls).toHaveLength(1)
    expect(t.runtime.health()).toMatchObject({ status: 'ready', inFlight: 0, pending: 20 })
    expect(t.runtime.health().parked.map((p) => p.destination)).toEqual(['d'])
    const r = await t.settle()
    expect(r).toMatchObject({ dead: [], pending: 0 })
    expect(to.calls.filter((c) => c.attempt === 2)).toHaveLength(1)
    expect(to.calls.filter((c) => c.attempt === 1)).toHaveLength(20)
  })

  test('a message that comes to it when it is parked already waits in the journal, and spends nothing', async () => {
    const to = parking('to', calm())
    const f = flow('f')
      .input<Order>()
      .map('slow', async (b, ctx) => {
        if (to.calls.length < 2) await ctx.clock.sleep(b.n * 100)
        return b
      })
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    for (const n of [1, 2, 3]) await t.give({ n })
    await t.run(1000)
    expect([to.calls.length, t.runtime.health().inFlight]).toEqual([1, 0])
    await t.settle()
    expect(to.calls.map((c) => [c.input.n, c.attempt]).toSorted(([a], [b]) => a! - b!)).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [3, 1],
    ])
  })

  test('that a step calls inside of it, unknown to the plan, is waited for as well', async () => {
    const inner = parking('inner', calm('inside'))
    let runs = 0
    const outer = target({
      name: 'outer',
      destination: calm('outside'),
      effect: 'idempotent',
      run(input: Order, ctx) {
        runs++
        return inner.run(input, ctx)
      },
    })
    await using t = testFlow(flow('f').input<Order>().to(outer).otherwise(quick))
    await t.give({ n: 1 })
    await t.run(10)
    await t.give({ n: 2 })
    await t.run(HOUR / 2)
    // The second found it parked, and went back to the journal.
    expect([runs, inner.calls.length]).toEqual([2, 1])
    const { dead, pending } = await t.settle()
    expect([dead, pending, runs]).toEqual([[], 0, 4])
    expect(inner.calls.map((c) => [c.input.n, c.attempt]).toSorted(([a], [b]) => a! - b!)).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
    ])
  })

  test('is written again when the journal could not write it: the next process knows', async () => {
    const to = parking('to', calm())
    const store = memoryStore()
    let broken = true
    const journal = (clock: Clock): Journal =>
      faultyJournal(memoryJournal({ clock, store }), (call, [entries]) => {
        const parks = call === 'accept' && (entries as readonly unknown[]).length === 0
        return broken && parks && to.calls.length > 0
      })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick), { journal })
    await t.give({ n: 1 })
    await t.run(10)
    broken = false
    await t.run(5000)
    await t.restart()
    expect(t.runtime.health().parked).toMatchObject([{ destination: 'd' }])
  })

  test('holds up no other destination', async () => {
    const to = parking('to', calm('d', 1))
    const other = fine('other')
    await using t = testFlow(flow('f').input<Order>().fanOut({ to, other }).otherwise(quick))
    for (let n = 0; n < 20; n++) await t.give({ n })
    await t.run(1000)
    expect(other.calls).toHaveLength(20)
  })

  test('is shared by all flows that use it', async () => {
    const d = calm('d', 1)
    const first = parking('first', d)
    const second = fine('second', { destination: d })
    const source = orders()
    const g = flow('g').from(source).to(second).otherwise(quick)
    const f = flow('f')
      .input<Order>()
      .to(first)
      .fanOut({ mine: fine('mine', { destination: d }) })
      .otherwise(quick)
    await using t = testFlow(f, { flows: [g] })
    await t.give({ n: 1 })
    await t.run(1000)
    expect(t.runtime.health().parked).toHaveLength(1)
    await t.settle()
    expect(first.calls.map((c) => c.at - first.calls[0]!.at)).toEqual([0, HOUR])
  })

  test('is released in a ramp: one call, then more', async () => {
    const d = calm('d', 8)
    let inside = 0
    const most: number[] = []
    let parked = false
    const until = { at: 0 }
    const to = remote<Down>(
      'to',
      async (_b, ctx) => {
        if (!parked) {
          parked = true
          until.at = ctx.clock.now() + HOUR
          return new Down({})
        }
        most.push(++inside)
        await ctx.clock.sleep(100)
        inside--
        return {}
      },
      {
        destination: d,
        seen: () => (most.length === 0 ? { as: 'refused', retryAt: until.at } : { as: 'ok' }),
      },
    )
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick))
    await t.give({ n: 0 })
    await t.run(100)
    for (let n = 1; n < 40; n++) await t.give({ n })
    await t.settle()
    const late = to.calls.slice(1).map((c) => c.at)
    const at = (from: number): number => late.filter((x) => x === late[0]! + from).length
    expect([at(0), at(100), at(200)]).toEqual([1, 2, 4])
    expect(Math.max(...most)).toBeLessThanOrEqual(8)
  })

  test('stays parked over a crash, and over a clean restart', async () => {
    for (const clean of [true, false]) {
      const to = parking('to', calm())
      await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick))
      await t.give({ n: 1 })
      await t.run(1000)
      await t.restart({ clean })
      await t.give({ n: 2 })
      await t.run(HOUR / 2)
      expect(to.calls).toHaveLength(1)
      const r = await t.settle()
      expect(
        to.calls
          .map((c) => c.at - to.calls[0]!.at)
          .slice(1)
          .every((ms) => ms >= HOUR),
      ).toBe(true)
      expect(r).toMatchObject({ dead: [], pending: 0 })
    }
  })

  test('keeps the order of a key', async () => {
    const to = parking('to', calm())
    await using t = testFlow(
      flow('f')
        .from(orders(), { key: () => 'one' })
        .to(to)
        .otherwise(quick),
    )
    await t.sendAll([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(inputs(to).map((b) => b.n)).toEqual([1, 1, 2, 3])
  })

  test('a circuit opens for failing calls in a row, and what waits spends no attempt meanwhile', async () => {
    const d = createDestination({ name: 'd', concurrency: 1, circuit: { failures: 3, open: '10m' } })
    const to = failing('to', 3, undefined, {
      destination: d,
      seen: (r) => (r instanceof Error ? { as: 'failed' } : { as: 'ok' }),
    })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick))
    for (let n = 0; n < 10; n++) await t.give({ n })
    await t.run(1)
    await t.run(9 * 60_000)
    expect(to.calls).toHaveLength(3)
    const r = await t.settle()
    expect(r).toMatchObject({ dead: [], pending: 0 })
    expect(to.calls.filter((c) => c.attempt === 1)).toHaveLength(10)
  })

  test('tells when it is parked and when it is open again', async () => {
    const to = parking('to', calm())
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick))
    await t.settle()
    const told: unknown[] = []
    t.runtime.events.on('parked', (e) => told.push(['parked', e.destination]))
    t.runtime.events.on('opened', (e) => told.push(['opened', e.destination]))
    await t.send({ n: 1 })
    expect(told).toEqual([
      ['parked', 'd'],
      ['opened', 'd'],
    ])
  })
})
