import { beforeAll, describe, expect, test } from 'vitest'
import { byKind, flow } from '../../src/index.js'
import { law, laws, simulate, SimulationFailed, type SimulateOptions } from '../../src/testing/index.js'
import { fine, type Order } from '../semantics/remote.js'
import { options, orders, world } from './orders.js'

const failed = async (o: Partial<SimulateOptions>): Promise<SimulationFailed> => {
  const all = { ...options, world: world(8), seeds: { from: 1, count: 200 }, ...o }
  const thrown: unknown = await simulate([orders], all).catch((e: unknown) => e)
  expect(thrown).toBeInstanceOf(SimulationFailed)
  return thrown as SimulationFailed
}

/** Broken by any crash after which the third order is called for again. */
const neverAgain = law('neverAgain', ({ calls, entries, sent }) => {
  const third = sent.find((s) => (s.raw as unknown as Order).n === 3)?.heard[0]?.id
  const puts = calls.filter((c) => c.target === 'put' && c.message === third && entries.has(c.entry))
  return puts.length > 1 ? `put was called ${puts.length} times for ${third}` : undefined
})

describe('a law that is broken', () => {
  let error: SimulationFailed
  beforeAll(async () => {
    error = await failed({ invariants: [...laws.all, neverAgain] })
  })

  test('is told with its seed, a short story, and how to see it again', () => {
    expect(error.law).toBe('neverAgain')
    expect(error.only.messages).toContain(3)
    expect(error.only.messages!.length).toBeLessThanOrEqual(2)
    expect(error.only.faults!.length).toBeLessThanOrEqual(4)
    expect(error.message).toContain(`run it alone: simulate(flows, { …, seed: ${error.seed} })`)
    expect(error.message).toContain(`only: ${JSON.stringify(error.only)}`)
    expect(error.why).toBe('put was called 2 times for m3')
    expect(error.timeline[0]).toMatch(/ms │ sender +│ p1 +│ journal +│ remotes/)
    expect(error.timeline.at(-1)).toBe('        ✗ │ neverAgain: put was called 2 times for m3')
    expect(error.timeline.some((line) => line.includes('#3 orders'))).toBe(true)
    expect(error.timeline.length).toBeLessThan(130)
  })

  test('is broken again, by the same story, when its part is played alone', async () => {
    const { seed, only } = error
    const invariants = [...laws.all, neverAgain]
    const again: unknown = await simulate([orders], {
      ...options,
      world: world(8),
      invariants,
      seed,
      only,
    }).catch((e: unknown) => e)
    expect((again as SimulationFailed).timeline).toEqual(error.timeline)
  })

  test('is told as it is, where no run may be spent on a shorter story', async () => {
    const whole = await failed({ invariants: [neverAgain], shrink: 0 })
    expect([whole.only, whole.ledger.sent.length]).toEqual([{}, 8])
  })

  test('a law that throws is broken by what it throws', async () => {
    const throwing = law('throws', () => expect(1).toBe(2) as never)
    expect((await failed({ invariants: [throwing] })).why).toContain('expected 1 to be 2')
  })
})

describe('what does not come to rest', () => {
  test('is told as drains: a message that waits longer than it may', async () => {
    const slow = flow('f').input<Order>().delay('a day', '24h').to(fine('to')).otherwise(byKind())
    const run = simulate([slow], {
      within: '1h',
      world: (sim) => {
        sim.send('f', { n: 1 })
        return { steps: { to: () => ({}) } }
      },
      seed: 1,
    })
    await expect(run).rejects.toMatchObject({ law: 'drains', why: 'not at rest in time: 1 at f/to' })
  })

  test('a step that never answers, and does not wait on the clock', async () => {
    const run = simulate([flow('f').input<Order>().to(fine('to')).otherwise(byKind())], {
      patience: 20,
      faults: 'none',
      world: (sim) => {
        sim.send('f', { n: 1 })
        return { steps: { to: () => new Promise(() => {}) } }
      },
      seed: 1,
      shrink: 0,
    })
    await expect(run).rejects.toMatchObject({
      law: 'drains',
      why: 'nothing happens any more, and 1 at f/to; a step does not answer',
    })
  })
})
