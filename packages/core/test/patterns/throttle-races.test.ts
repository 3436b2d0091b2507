import { expect, test } from 'vitest'
import { byKind, flow, type Clock } from '../../src/index.js'
import { throttle } from '../../src/patterns/throttle.js'
import { interleavings } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { fine, type Order } from '../semantics/remote.js'
import { SEEDS } from '../seeds.js'

test('in any order of calls and crashes, no process lets more pass than the limit, and every message passes', async () => {
  const seen = { lives: 0, waited: 0 }
  const done = await interleavings({ seeds: SEEDS, faults: { crash: 0.02, reject: 0.02 } }, async (run) => {
    const [limit, per] = [1 + run.below(3), 100 + run.below(900)]
    const to = fine('to')
    // By process: each has a clock of its own.
    const passes = new Map<Clock, number[]>()
    const f = flow('f')
      .input<Order>()
      .via(throttle('t', { limit, per: `${per}ms` }))
      .map('passed', (order, { clock, attempt }) => {
        const life = clock.root ?? clock
        passes.set(life, [...(passes.get(life) ?? []), clock.now()])
        expect(attempt).toBe(1)
        return order
      })
      .to(to)
      .otherwise(byKind())
    await using t = run.testFlow(f)
    const orders = Array.from({ length: 8 }, (_, n) => ({ n }))
    await Promise.all(
      orders.map(async (order) => {
        await run.insist(() => t.give(order, { dedupe: `${order.n}` }))
      }),
    )
    const { dead, pending } = await t.settle()
    expect([dead, pending]).toEqual([[], 0])
    expect(balanced(await t.runtime.counts())).toBe(true)
    expect(new Set(to.calls.map((c) => c.input.n)).size).toBe(8)
    for (const times of passes.values())
      for (let i = 0; i + limit < times.length; i++)
        expect(times[i + limit]! - times[i]!).toBeGreaterThanOrEqual(per)
    seen.lives += passes.size
    seen.waited += new Set([...passes.values()].flat()).size - 1
  })
  expect(done.seeds).toBe(SEEDS)
  expect(seen.lives).toBeGreaterThan(SEEDS * 1.1)
  expect(seen.waited).toBeGreaterThan(SEEDS)
}, 60_000)
