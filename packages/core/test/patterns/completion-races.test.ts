import { describe, expect, test } from 'vitest'
import { byKind, flow, retry } from '../../src/index.js'
import { completion } from '../../src/patterns/completion.js'
import type { PartEnded } from '../../src/patterns/completion-node.js'
import { interleavings } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Bad, Down, fine, remote, type Order } from '../semantics/remote.js'
import { SEEDS } from '../seeds.js'

describe('completion hooks under crashes, in any order', () => {
  test('each message has one end, told once, and its own', async () => {
    const ends = { done: 0, failed: 0 }
    const faults = { crash: 0.01, reject: 0.02, freeze: 0.004, freezeMs: 2000 }
    await interleavings({ seeds: SEEDS, faults }, async (run) => {
      const always = fine<PartEnded<Order, Order>>('always')
      const work = remote<Down | Bad>('work', (o) => {
        if (run.chance(0.2)) return new Down({})
        return o.n === 2 ? new Bad({}) : {}
      })
      const end = fine('end')
      const f = flow('f')
        .input<Order>()
        .through(completion('c', (s) => s.to(work), { always }))
        .to(end)
        .otherwise(byKind({ transient: retry({ attempts: 20, initial: '50ms', max: '200ms' }) }))
      await using t = run.testFlow(f)
      await Promise.all([1, 2, 3].map((n) => run.insist(() => t.give({ n }, { dedupe: String(n) }))))
      const r = await t.settle()
      // A hook may be called again after a crash, with the same key: what was told is told once.
      const told = new Map(always.calls.map((c) => [c.key, c.input]))
      const how = [...told.values()].map((e) => `${e.body.n} ${e.as}`)
      expect(new Set(how)).toEqual(new Set(['1 done', '2 failed', '3 done']))
      expect([told.size, new Set(end.calls.map((c) => c.input.n)), r.pending]).toEqual([
        3,
        new Set([1, 3]),
        0,
      ])
      expect(new Set(r.dead.map((d) => d.error._tag))).toEqual(new Set(['Bad', 'PartialFailure']))
      expect(balanced(await t.runtime.counts())).toBe(true)
      for (const e of told.values()) if (e.as !== 'filtered') ends[e.as]++
    })
    expect(ends).toEqual({ done: 2 * SEEDS, failed: SEEDS })
  }, 90_000)
})
