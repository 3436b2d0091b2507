import { describe, expect, test } from 'vitest'
import { byKind, flow, retry, type Deployable, type Tagged } from '../../src/index.js'
import { idempotent } from '../../src/patterns/idempotent.js'
import { interleavings } from '../../src/testing/index.js'
import { Cut, Down, fine, remote, type Order, type Remote } from '../semantics/remote.js'
import { SEEDS } from '../seeds.js'

const once = (effect: Remote<Order, Tagged>, end: Remote<unknown, never>): Deployable =>
  flow('f')
    .input<Order>()
    .through(idempotent('once', { key: (b) => b.key!, window: '1h' }, effect))
    .to(end)
    .otherwise(byKind({ transient: retry({ upTo: '1d', initial: '50ms', max: '1s' }) }))

const faults = { crash: 0.01, reject: 0.02, freeze: 0.004, freezeMs: 2000 }

describe('repeats of one key, in any order, under crashes', () => {
  test('a keyed effect happens once for each key, and all go on', async () => {
    let shared = 0
    await interleavings({ seeds: SEEDS, faults }, async (run) => {
      const kept = new Map<string, string>()
      const effect = remote<Tagged>('effect', (o, ctx) => {
        if (run.chance(0.2)) return new Down({})
        // As a target that keeps keys does: a repeat gets the first reply.
        if (!kept.has(ctx.key)) kept.set(ctx.key, o.key!)
        else shared++
        return run.chance(0.2) ? new Cut({}) : { ok: true }
      })
      const end = fine<unknown>('end')
      await using t = run.testFlow(once(effect, end))
      const keys = ['a', 'b', 'a', 'a', 'b']
      await Promise.all(keys.map((key, n) => run.insist(() => t.give({ n, key }, { dedupe: String(n) }))))
      await t.run(600_000)
      const r = await t.run(0)
      expect([...kept.values()].toSorted()).toEqual(['a', 'b'])
      expect([new Set(end.calls.map((c) => c.key)).size, r.dead]).toEqual([5, []])
    })
    expect(shared).toBeGreaterThan(0)
  }, 90_000)

  test('an unsafe effect happens at most once for each key, or is in doubt', async () => {
    let doubts = 0
    await interleavings({ seeds: SEEDS, faults }, async (run) => {
      const made = new Map<string, number>()
      const effect = remote<Tagged>(
        'effect',
        (o) => {
          if (run.chance(0.2)) return new Down({})
          made.set(o.key!, (made.get(o.key!) ?? 0) + 1)
          return run.chance(0.1) ? new Cut({}) : { ok: true }
        },
        { effect: 'unsafe' },
      )
      const end = fine<unknown>('end')
      await using t = run.testFlow(once(effect, end))
      const keys = ['a', 'a', 'b', 'a']
      await Promise.all(keys.map((key, n) => run.insist(() => t.give({ n, key }, { dedupe: String(n) }))))
      await t.run(300_000)
      const r = await t.run(0)
      doubts += r.dead.length
      expect([...made.values()].every((n) => n === 1)).toBe(true)
      expect(r.dead.every((d) => d.error._tag === 'OutcomeUnknown')).toBe(true)
      expect(new Set(end.calls.map((c) => c.key)).size + r.dead.length).toBe(4)
    })
    expect(doubts).toBeGreaterThan(0)
  }, 90_000)
})
