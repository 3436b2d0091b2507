import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  createRuntime,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  silentLogger,
  target,
  type Clock,
} from '../../src/index.js'
import { failover } from '../../src/patterns/index.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { following, turn } from '../destination/gates.js'
import { Down, fine, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const HOUR = 36e5
const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none', upTo: '10s' }) })
const site = (o: object = {}) => createDestination({ name: 'site', concurrency: 8, ...o })

describe('a paused destination', () => {
  test('takes no calls of any flow, spends no attempt, and is released in a ramp', async () => {
    const destination = site()
    const inside: number[] = []
    let now = 0
    const slow = (name: string) =>
      remote(
        name,
        async (_b, ctx) => {
          inside.push(++now)
          await ctx.clock.sleep(100)
          now--
          return {}
        },
        { destination },
      )
    const [a, b] = [slow('a'), slow('b')]
    const f = flow('f').input<Order>().fanOut({ a, b }).otherwise(quick)
    await using t = testFlow(f)
    await t.runtime.pause({ destination: 'site' })
    for (let n = 0; n < 20; n++) await t.give({ n })
    await t.run(HOUR)
    expect([a.calls.length + b.calls.length, t.runtime.health().parked]).toEqual([0, []])
    await t.runtime.resume({ destination: 'site' })
    const { dead, pending } = await t.settle()
    expect([dead, pending]).toEqual([[], 0])
    expect([...a.calls, ...b.calls].map((c) => c.attempt)).toEqual(Array.from({ length: 40 }, () => 1))
    expect(inside.slice(0, 3)).toEqual([1, 1, 2])
    expect(Math.max(...inside)).toBe(8)
  })

  test('lets calls end that are inside; a message on its way to it goes back unspent', async () => {
    const destination = site()
    const to = remote('to', (_b, ctx) => ctx.clock.sleep(1000), { destination })
    const f = flow('f')
      .input<Order>()
      .map('slow', async (b, ctx) => {
        if (b.n === 2) await ctx.clock.sleep(500)
        return b
      })
      .to(to)
      .otherwise(quick)
    await using t = testFlow(f)
    for (const n of [1, 2]) await t.give({ n })
    await t.run(100)
    await t.runtime.pause({ destination: 'site' })
    await t.run(HOUR)
    expect([to.calls.map((c) => c.input.n), t.runtime.health().inFlight]).toEqual([[1], 0])
    await t.runtime.resume({ destination: 'site' })
    await t.settle()
    expect(to.calls.map((c) => [c.input.n, c.attempt])).toEqual([
      [1, 1],
      [2, 1],
    ])
  })

  test('that only a step calls inside of it is waited for as well, without end and without a hot loop', async () => {
    const inner = fine('inner', { destination: site() })
    const by = {}
    let clock: Clock | undefined
    let runs = 0
    const outer = target({
      name: 'outer',
      destination: createDestination({ name: 'outside' }),
      effect: 'idempotent',
      run(input: Order, ctx) {
        // Held through the very clock that it is called with: of a hop it is no part, and so not known by name.
        if (runs++ === 0) inner.destination.gate((clock = ctx.clock)).hold(by, ctx.clock.now())
        return inner.run(input, ctx)
      },
    })
    const f = flow('f').input<Order>().to(outer).otherwise(quick)
    await using t = testFlow(f)
    await t.give({ n: 1 })
    await t.run(60_000)
    expect(inner.calls).toEqual([])
    expect(runs).toBeLessThanOrEqual(61)
    inner.destination.gate(clock!).release(by)
    const { dead } = await t.settle()
    expect([dead, inner.calls.map((c) => c.attempt)]).toEqual([[], [1]])
  })

  test('holds plain calls too, and fails those that are to fail when it is parked', async () => {
    const clock = virtualClock()
    const waits = site()
    const fails = createDestination({ name: 'hasty', whenParked: 'fail' })
    const f = flow('f')
      .from(orders())
      .fanOut({ a: fine('a', { destination: waits }), b: fine('b', { destination: fails }) })
      .otherwise(quick)
    const runtime = createRuntime({ flows: [f], journal: memoryJournal({ clock }), clock, log: silentLogger })
    await runtime.start()
    await runtime.pause({ destination: 'site' })
    await runtime.pause({ destination: 'hasty' })
    const waiting = following(waits.gate(clock).enter(undefined, 'wait'))
    expect(fails.gate(clock).enter(undefined, 'wait')).toMatchObject({ _tag: 'CircuitOpen' })
    await clock.advanceBy(HOUR)
    expect(waiting.now).toBeUndefined()
    await runtime.resume({ destination: 'site' })
    await turn()
    expect(typeof waiting.now).toBe('function')
    // Stopping lets go of what is paused: this process may use the remote in another way.
    const stopped = runtime.stop()
    await clock.advanceBy(1000)
    await stopped
    expect(fails.gate(clock).held()).toBe(false)
    expect(clock.pending()).toBe(0)
  })

  test('does not let retries run out of time, and does not count what was parked twice', async () => {
    const destination = site({ circuit: false })
    const to = remote<Down>('to', () => new Down({}), {
      destination,
      seen: () => ({ as: 'refused', retryAt: 0 }),
    })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick))
    await t.give({ n: 1 })
    await t.run(4500)
    await t.runtime.pause({ destination: 'site' })
    await t.run(HOUR)
    await t.runtime.resume({ destination: 'site' })
    const { dead } = await t.settle()
    expect(dead).toHaveLength(1)
    const at = to.calls.map((c) => c.at)
    const spent = at.at(-1)! - at[0]! - HOUR
    expect([spent >= 10_000, spent < 20_000]).toEqual([true, true])
  })

  test('is held again at the next start, before anything is claimed', async () => {
    const to = fine('to', { destination: site() })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(quick))
    await t.runtime.pause({ destination: 'site' })
    await t.give({ n: 1 })
    await t.restart()
    await t.run(HOUR)
    expect(to.calls).toEqual([])
    await t.runtime.resume({ destination: 'site' })
    await t.settle()
    expect(to.calls).toHaveLength(1)
  })

  test('that is one of several is passed over; all of them by the name of the whole', async () => {
    const remotes = ['a', 'b'].map((name) =>
      fine<Order>(name, { destination: createDestination({ name, circuit: false }) }),
    )
    const [a, b] = [remotes[0]!, remotes[1]!]
    const f = flow('f')
      .input<Order>()
      .to(failover('either', [a, b]))
      .otherwise(quick)
    await using t = testFlow(f)
    await t.runtime.pause({ destination: 'a' })
    await t.send({ n: 1 })
    expect([a.calls.length, b.calls.length]).toEqual([0, 1])
    await t.runtime.pause({ destination: 'b' })
    await t.give({ n: 2 })
    await t.run(HOUR)
    expect([a.calls.length, b.calls.length]).toEqual([0, 1])
    await t.runtime.resume({ destination: 'a' })
    await t.settle()
    expect([a.calls.length, b.calls.length]).toEqual([1, 1])
  })

  test('in one process is paused in the others on its journal', async () => {
    const clock = virtualClock()
    const store = memoryStore()
    const node = () => {
      const destination = site()
      const f = flow('f').from(orders()).to(fine('to', { destination })).otherwise(quick)
      const journal = memoryJournal({ clock, store, processes: 'many' })
      return { destination, runtime: createRuntime({ flows: [f], journal, clock, log: silentLogger }) }
    }
    const [one, two] = [node(), node()]
    for (const { runtime } of [one, two]) await runtime.start()
    const held = () => [one, two].map((n) => n.destination.gate(clock).held())
    await one.runtime.pause({ destination: 'site' })
    await clock.advanceBy(0)
    expect(held()).toEqual([true, true])
    await two.runtime.resume({ destination: 'site' })
    await clock.advanceBy(0)
    expect(held()).toEqual([false, false])
    const stopped = Promise.all([one, two].map((n) => n.runtime.stop()))
    await clock.advanceBy(20_000)
    await stopped
  })
})
