import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { byKind, createDestination, deadLetter, flow, retry, target } from '../../src/index.js'
import { poll } from '../../src/patterns/index.js'
import { simulate, type Simulation } from '../../src/testing/index.js'
import { Down, fine, type Order } from '../semantics/remote.js'
import { options } from './orders.js'

const soon = byKind({ transient: retry({ initial: '100ms', max: '2s', attempts: 20 }) })

describe('the world of a simulation', () => {
  test('a fake that is a fetch is reached through the simulated network, by a step of its own', async () => {
    const kept = new Map<string, string>()
    const fake = async (request: Request): Promise<Response> => {
      const key = request.headers.get('idempotency-key')!
      if (!kept.has(key)) kept.set(key, await request.text())
      return Response.json({ kept: kept.size })
    }
    const done = await simulate([flow('f').input<Order>().to(fine('put')).otherwise(soon)], {
      ...options,
      world(sim) {
        kept.clear()
        for (let n = 1; n <= 5; n++) sim.send('f', { n })
        const fetch = sim.network('shop', fake)
        return {
          steps: {
            put: {
              keys: 'forgotten',
              async answer(order: Order, ctx) {
                const headers = { 'idempotency-key': ctx.key }
                const body = JSON.stringify(order)
                try {
                  return await (
                    await fetch(new Request('https://shop.test/', { method: 'POST', headers, body }))
                  ).json()
                } catch {
                  return new Down({})
                }
              },
            },
          },
        }
      },
      seeds: { from: 1, count: 15 },
    })
    expect(done.faults.lost + done.faults.refuse + done.faults.duplicate).toBeGreaterThan(5)
    expect(kept.size).toBeGreaterThanOrEqual(5)
  })

  test('a poll finds what the world owes, in every process that has its lease', async () => {
    const Item = t.type({ id: t.string, at: t.number })
    let items: readonly t.TypeOf<typeof Item>[] = []
    let asked = 0
    const flows = (sim: Simulation) => [
      flow('p')
        .from(
          poll({
            name: 'p',
            every: '5s',
            decode: Item,
            id: (i) => i.id,
            fetch: async () => {
              await sim.pause()
              asked = sim.clock.now()
              return { items }
            },
          }),
        )
        .to(fine<t.TypeOf<typeof Item>>('to'))
        .otherwise(soon),
    ]
    const done = await simulate(flows, {
      ...options,
      processes: 2,
      world(sim) {
        const began = sim.clock.now()
        items = sim.feed(
          'p',
          [1, 2, 3].map((n) => ({ id: `i${n}`, at: n })),
        )
        asked = 0
        return { steps: { to: () => ({}) }, done: () => asked > began + 10_000 }
      },
      seeds: { from: 1, count: 10 },
    })
    expect(done.ledger.calls.filter((c) => c.took > 0).length).toBeGreaterThanOrEqual(3)
  })

  test('destinations are entered: one that asks to be left alone is parked, and spends no attempt meanwhile', async () => {
    const put = target<Order, unknown, Down, 'keyed'>({
      name: 'put',
      destination: createDestination({ name: 'd' }),
      effect: 'keyed',
      call: () => {
        throw new TypeError('a simulation stands in for it')
      },
    })
    const { ledger } = await simulate([flow('f').input<Order>().to(put).otherwise(soon)], {
      faults: 'none',
      world(sim) {
        let asks = true
        for (let n = 1; n <= 5; n++) sim.send('f', { n }, { at: n * 10 })
        const answer = (): unknown => {
          if (!asks) return {}
          asks = false
          return new Down({ retryAt: sim.clock.now() + 60_000 })
        }
        return { steps: { put: answer } }
      },
      seed: 3,
    })
    const [first, ...others] = ledger.calls
    expect(others.every((c) => c.at >= first!.at + 60_000)).toBe(true)
    expect(others.map((c) => c.attempt).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 1, 2])
  })

  test('an alert target without a stand-in takes every alert', async () => {
    const { ledger } = await simulate(
      [
        flow('f')
          .input<Order>()
          .to(fine('to'))
          .otherwise(byKind({ permanent: deadLetter().alert(fine('pager')) })),
      ],
      {
        faults: 'none',
        world(sim) {
          sim.send('f', { n: 1 })
          return {
            steps: {
              to: () => {
                throw new Error('out of ink')
              },
            },
          }
        },
        seed: 2,
      },
    )
    expect(ledger.told.map((x) => x.alert.tag)).toEqual(['StepFailed'])
    expect([...ledger.alerting]).toEqual([...ledger.alerted])
  })
})

describe('options that make no sense', () => {
  const f = flow('f').input<Order>().to(fine('to')).otherwise(soon)
  const world = () => ({})
  test.each([
    ['flows', [], { world }],
    ['world', [f], {}],
    ['seed', [f], { world, seed: -1 }],
    ['seeds', [f], { world, seed: 1, seeds: { count: 1 } }],
    ['seeds.count', [f], { world, seeds: { count: 0 } }],
    ['only', [f], { world, only: {} }],
    ['only.faults', [f], { world, seed: 1, only: { faults: ['rain at p1'] } }],
    ['processes', [f], { world, processes: 0 }],
    ['faults.every', [f], { world, faults: { every: 0 } }],
    ['faults.kinds', [f], { world, faults: { kinds: { rain: 1 } } }],
    ['faults.kinds.crash', [f], { world, faults: { kinds: { crash: -1 } } }],
    ['faults.crashes', [f], { world, faults: { crashes: 0.5 } }],
    ['faults.longestMs', [f], { world, faults: { longestMs: 0 } }],
    ['invariants', [f], { world, invariants: [{}] }],
    ['faultsFor', [f], { world, faultsFor: 'soon' }],
    ['within', [f], { world, within: 'soon' }],
    ['shrink', [f], { world, shrink: -1 }],
    ['patience', [f], { world, patience: 0 }],
  ])('%s', async (option, flows, o) => {
    await expect(simulate(flows as never, o as never)).rejects.toThrow(
      new RegExp(`^simulate: ${option.replaceAll('.', '\\.')}: expected`),
    )
  })

  test('a flow that is open, and one to which nobody can send', async () => {
    await expect(simulate([flow('open').input<Order>() as never], { world, seed: 1 })).rejects.toThrow(
      'simulate: flows: expected closed flows',
    )
    const sent = simulate([f], { world: (sim) => (sim.send('g', {}), {}), seed: 1 })
    await expect(sent).rejects.toThrow('simulate: send: expected one of the flows f, got "g"')
  })
})
