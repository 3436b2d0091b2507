import { describe, expect, test } from 'vitest'
import { simulate, type FaultKind } from '../../src/testing/index.js'
import { options, orders, payments, world } from './orders.js'

const KINDS: readonly FaultKind[] = [
  'crash',
  'restart',
  'freeze',
  'reject',
  'unheard',
  'cut',
  'hang',
  'refuse',
  'slow',
  'lost',
  'duplicate',
  'again',
]

describe('what a service meets in a simulation', () => {
  test('faults of every kind strike, processes are started again, and all laws hold', async () => {
    const done = await simulate([orders], {
      ...options,
      world: world(4),
      processes: (seed) => 1 + (seed % 2),
      seeds: { from: 1, count: 40 },
    })
    for (const kind of KINDS) expect([kind, done.faults[kind] > 0]).toEqual([kind, true])
    expect(done.restarts).toBeGreaterThan(20)
    expect(done.acknowledged).toBe(160)
  })

  test.each(KINDS)('only %s strikes where only that is asked for', async (kind) => {
    const kinds = Object.fromEntries(KINDS.map((k) => [k, k === kind ? 1 : 0]))
    const done = await simulate([orders], {
      ...options,
      faults: { every: 15, kinds },
      world: world(2),
      seeds: { from: 1, count: 4 },
    })
    const others = Object.entries(done.faults).filter(([k, n]) => k !== kind && n > 0)
    expect([done.faults[kind] > 0, others]).toEqual([true, []])
  })

  test('without faults nothing strikes, and no attempt is made twice', async () => {
    const done = await simulate([orders], {
      faults: 'none',
      world: (sim) => {
        for (let n = 1; n <= 3; n++) sim.send(orders, { n, key: 'k' })
        const fine = (): object => ({ n: 1 })
        return { steps: { look: (o: object) => o, put: fine, a: fine, b: fine, end: fine } }
      },
      seeds: { from: 1, count: 20 },
    })
    expect([done.fewestFaults, done.restarts, done.calls]).toEqual([0, 0, 20 * 3 * 4])
  })

  test('a remote of a keyed target knows its keys: repeats get the first reply, and its stand-in is asked once', async () => {
    const asked: string[] = []
    const { ledger } = await simulate([orders], {
      faults: { every: 10, kinds: { crash: 0, lost: 5, duplicate: 5 } },
      world: world(5, { put: (o: { n: number }, ctx: { key: string }) => (asked.push(ctx.key), o) }),
      seed: 7,
    })
    const took = ledger.calls.filter((c) => c.target === 'put' && c.took > 0)
    expect(took.some((c) => c.known)).toBe(true)
    expect(new Set(asked).size).toBe(asked.length)
  })

  test('an unsafe target is not called again in doubt: what nobody heard of is a dead letter that says so', async () => {
    let doubts = 0
    for (let seed = 1; seed <= 25; seed++) {
      const { ledger } = await simulate([payments], {
        ...options,
        repair: false,
        world: (sim) => {
          for (let n = 1; n <= 4; n++) sim.send('payments', { n })
          return { steps: { pay: () => ({}) } }
        },
        seed,
      })
      const taken = ledger.calls.filter((c) => c.took > 0).map((c) => c.key)
      expect(new Set(taken).size).toBe(taken.length)
      doubts += ledger.dead.filter((d) => d.error._tag === 'OutcomeUnknown').length
    }
    expect(doubts).toBeGreaterThan(0)
  })
})
