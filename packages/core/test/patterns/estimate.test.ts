import { describe, expect, test } from 'vitest'
import { byKind, createDestination, deadLetter, flow, retry } from '../../src/index.js'
import { estimate } from '../../src/plan/estimate.js'
import { testFlow } from '../../src/testing/index.js'
import { fine, remote, type Order } from '../semantics/remote.js'
import { numbers } from './split-journal.js'

const to = (name: string, o: object) =>
  fine(name, { destination: createDestination({ name, circuit: false, ...o }) })

describe('estimate', () => {
  test('is the time of the slowest destination that an item of the batch run meets', () => {
    const f = flow('f')
      .input<Order>()
      .to(to('before', { rate: { limit: 1, per: '1h' } }))
      .split(
        'rows',
        () => numbers(1),
        (s) => s.to(to('cms', { rate: { limit: 10, per: '1s' } })).to(to('site', { concurrency: 4 })),
        { run: {} },
      )
      .otherwise(byKind())
    const e = estimate(f, { rows: 100_000, latency: { site: '200ms' } })
    expect(e).toEqual({
      ms: 9_999_100,
      slowest: 'cms',
      parts: [
        { destination: 'cms', calls: 100_000, rate: 10, ms: 9_999_100, by: 'rate' },
        { destination: 'site', calls: 100_000, rate: 20, ms: 5_000_000, by: 'concurrency' },
      ],
    })
  })

  test('adds up the calls of one destination at several hops, by their shares', () => {
    const cms = createDestination({ name: 'cms', concurrency: 10, circuit: false })
    const f = flow('f')
      .input<Order>()
      .to(fine('read', { destination: cms }))
      .to(fine('write', { destination: cms }))
      .otherwise(byKind())
    expect(estimate(f, { rows: 1000, share: { write: 0.5 } })).toMatchObject({ ms: 15_000, slowest: 'cms' })
  })

  test('no destination has more calls at a time than its hops have attempts', () => {
    const f = flow('f')
      .input<Order>()
      .to(to('cms', { concurrency: 100 }))
      .otherwise(byKind())
    expect(estimate(f, { rows: 1000, perHop: 10 }).ms).toBe(10_000)
    expect(estimate(f, { rows: 6400 }).ms).toBe(10_000)
  })

  test('of a flow that calls nothing is no time; of no rows neither', () => {
    const f = flow('f')
      .input<Order>()
      .map('m', (b) => b)
      .otherwise(deadLetter())
    expect(estimate(f, { rows: 10 })).toEqual({ ms: 0, parts: [] })
    const g = flow('g').input<Order>().to(to('to', {})).otherwise(deadLetter())
    expect(estimate(g, { rows: 0 }).ms).toBe(0)
  })

  test('says what a run then takes, in virtual time', async () => {
    const target = remote('cms', (_b, ctx) => ctx.clock.sleep(100).then(() => ({})), {
      destination: createDestination({
        name: 'cms',
        circuit: false,
        concurrency: 5,
        rate: { limit: 20, per: '1s' },
      }),
    })
    const f = flow('f')
      .input<Order>()
      .split('rows', (b) => numbers(b.n), target, { run: {} })
      .otherwise(retry())
    await using t = testFlow(f)
    await t.send({ n: 400 })
    const took = target.calls.at(-1)!.at - target.calls[0]!.at + 100
    const { ms } = estimate(f, { rows: 400 })
    expect([took / ms > 0.95, took / ms < 1.1]).toEqual([true, true])
  })

  test('a mistake in its options is told by name', () => {
    const f = flow('f').input<Order>().to(to('to', {})).otherwise(deadLetter())
    expect(() => estimate(f, { rows: -1 })).toThrow(
      'estimate: rows: expected a whole number of 0 or more, got -1',
    )
    expect(() => estimate(f, { rows: 1, share: { to: 2 } })).toThrow('estimate: share.to')
    expect(() => estimate(f, { rows: 1, perHop: 0 })).toThrow('estimate: perHop')
    expect(() => estimate(f, { rows: 1, latency: 'soon' as '1s' })).toThrow('estimate: latency')
  })
})
