import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, retry, worstCase } from '../../src/index.js'
import { failing, fine, type Order } from '../semantics/remote.js'

const MINUTE = 60_000
const busy = failing('busy', 9)

describe('the worst case of a flow', () => {
  test('one hop that is tried three times: its attempts and the pauses between them', () => {
    const f = flow('f')
      .input<Order>()
      .to(busy)
      .otherwise(byKind({ transient: retry({ attempts: 3, initial: '10s' }) }))
    expect(worstCase(f, { attemptMs: 1000 })).toEqual({
      ms: 3 * 1000 + 10_000 + 20_000,
      way: [{ hop: 'busy', attempts: 3, ms: 33_000 }],
      byDeadline: false,
    })
  })

  test('an attempt takes as long as the runtime lets it by default: ten minutes', () => {
    expect(worstCase(flow('f').input<Order>().to(busy).otherwise(deadLetter())).ms).toBe(10 * MINUTE)
  })

  test('a retry for a time ends with the attempt that its longest pause leads to', () => {
    const f = flow('f')
      .input<Order>()
      .to(busy)
      .otherwise(retry({ upTo: '1h', max: '5m' }))
    expect(worstCase(f, { attemptMs: 1000 }).ms).toBe(60 * MINUTE + 5 * MINUTE + 2000)
  })

  test('hops, delays and the longest branch add up', () => {
    const slow = retry({ attempts: 2, initial: '1m', jitter: 'none' })
    const f = flow('f')
      .input<Order>()
      .to(fine('first'))
      .delay('cool down', '10m')
      .fanOut({ short: fine('short'), long: (s) => s.to(busy).on('Down', slow) })
      .otherwise(deadLetter())
    const worst = worstCase(f, { attemptMs: 0 })
    expect(worst.ms).toBe(10 * MINUTE + MINUTE)
    expect(worst.way.map((w) => w.hop)).toEqual(['first', 'long/busy'])
  })

  test('a gather is as long as its longest branch and what follows', () => {
    const f = flow('f')
      .input<Order>()
      .gather({ a: (s) => s.delay('a', '3m'), b: (s) => s.delay('b', '5m') }, { settle: 'all' })
      .delay('after', '1m')
      .to(fine('end'))
      .otherwise(deadLetter())
    expect(worstCase(f, { attemptMs: 0 }).ms).toBe(6 * MINUTE)
  })

  test('the deadline of the flow ends it', () => {
    const f = flow('f')
      .from(
        {
          name: 's',
          single: false,
          decode: (raw: Order) => ({ _tag: 'Right', right: raw }),
          start: () => ({ stop() {} }),
        },
        { deadline: '30m' },
      )
      .to(busy)
      .otherwise(byKind())
    expect(worstCase(f, { attemptMs: 1000 })).toMatchObject({ ms: 30 * MINUTE + 1000, byDeadline: true })
  })

  test('a schedule of its own delays, repeated; many attempts are counted at once', () => {
    const of = (attempts: number) =>
      worstCase(
        flow('f')
          .input<Order>()
          .to(busy)
          .otherwise(retry({ attempts, delays: ['1s', '2s'] })),
        { attemptMs: 0 },
      ).ms
    expect([of(1), of(2), of(4), of(1_000_000)]).toEqual([0, 1000, 5000, 1000 + 999_998 * 2000])
  })
})
