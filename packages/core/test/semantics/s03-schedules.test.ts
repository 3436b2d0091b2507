import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  discard,
  flow,
  retry,
  type RetryOptions,
  type Seen,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Down, failing, remote, type Order } from './remote.js'

const HOUR = 36e5

/** When the attempts of one message were made, in milliseconds after the first. */
const attempts = async (options: RetryOptions | undefined, times: number, error?: () => Down) => {
  const to = failing('to', times, error)
  await using t = testFlow(flow('f').input<Order>().to(to).otherwise(retry(options)))
  const r = await t.send({ n: 1 })
  return { at: to.calls.map((c) => c.at - to.calls[0]!.at), ...r }
}

describe('S3 schedules of a retry', () => {
  test('attempts counts failed attempts: with three, the third failure is the last', async () => {
    const r = await attempts({ attempts: 3, initial: '1s', jitter: 'none' }, Infinity)
    expect(r.at).toEqual([0, 1000, 3000])
    expect(r.dead).toHaveLength(1)
  })

  test('delays grow by the factor up to max', async () => {
    const r = await attempts({ attempts: 6, initial: '1s', factor: 3, max: '10s', jitter: 'none' }, Infinity)
    expect(r.at).toEqual([0, 1000, 4000, 13_000, 23_000, 33_000])
  })

  test('delays one by one, the last one repeated', async () => {
    const r = await attempts({ attempts: 5, delays: ['1s', '1m'], jitter: 'none' }, Infinity)
    expect(r.at).toEqual([0, 1000, 61_000, 121_000, 181_000])
  })

  test('full jitter stays between nothing and the delay, and is not always the same', async () => {
    const r = await attempts({ attempts: 40, delays: ['1m'] }, Infinity)
    const gaps = r.at.slice(1).map((at, i) => at - r.at[i]!)
    expect(gaps.every((g) => g >= 0 && g <= 60_000)).toBe(true)
    expect(new Set(gaps).size).toBeGreaterThan(30)
  })

  test('without options it goes on for a day, at most five minutes apart', async () => {
    const r = await attempts(undefined, Infinity)
    const gaps = r.at.slice(1).map((at, i) => at - r.at[i]!)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3e5)
    expect(r.at.at(-1)).toBeGreaterThanOrEqual(24 * HOUR)
    expect(r.at.at(-1)).toBeLessThan(24 * HOUR + 3e5)
    expect(r.dead).toHaveLength(1)
  })

  test('upTo runs from the first failure, not from the arrival of the message', async () => {
    const to = remote<Down>('to', async (_b, ctx) => {
      await ctx.clock.sleep(5 * 60_000)
      return new Down({})
    })
    const f = flow('f')
      .input<Order>()
      .to(to)
      .otherwise(retry({ upTo: '10m', initial: '1ms', jitter: 'none' }))
    await using t = testFlow(f)
    await t.send({ n: 1 })
    // Failures at 5, 10 and 15 minutes: the third is ten minutes after the first.
    expect(to.calls).toHaveLength(3)
  })

  test('time during which the destination was parked does not count towards upTo', async () => {
    let calls = 0
    const seen = (): Seen => ({ as: 'refused', ...(calls === 1 && { retryAt: start + 5 * HOUR }) })
    const destination = createDestination({ name: 'd', circuit: false })
    const to = remote<Down>('to', () => (calls++, new Down({})), { destination, seen })
    const f = flow('f')
      .input<Order>()
      .to(to)
      .otherwise(retry({ upTo: '2h', initial: '30m', factor: 1, max: '30m', jitter: 'none' }))
    await using t = testFlow(f)
    const start = t.clock.now()
    await t.send({ n: 1 })
    const minutes = to.calls.map((c) => (c.at - start) / 60_000)
    expect(minutes[0]).toBe(0)
    expect(minutes[1]).toBeGreaterThanOrEqual(300)
    // Two hours of trying after the parking, not none.
    expect(minutes.length).toBeGreaterThanOrEqual(5)
    expect(minutes.at(-1)! - minutes[1]!).toBeGreaterThanOrEqual(90)
  })

  test('what a failure says of the time to come again wins over a shorter delay', async () => {
    const to = remote<Down>('to', (_b, ctx, nth) =>
      nth === 1 ? new Down({ retryAt: ctx.clock.now() + HOUR }) : {},
    )
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(to)
        .otherwise(retry({ initial: '1s' })),
    )
    await t.send({ n: 1 })
    expect(to.calls[1]!.at - to.calls[0]!.at).toBe(HOUR)
  })

  test('a time to come again that is none says nothing', async () => {
    for (const retryAt of [NaN, Infinity, -1, '2027-01-01' as unknown as number]) {
      const to = remote<Down>('to', (_b, _ctx, nth) => (nth === 1 ? new Down({ retryAt }) : {}))
      await using t = testFlow(
        flow('f')
          .input<Order>()
          .to(to)
          .otherwise(retry({ initial: '1s', jitter: 'none' })),
      )
      const r = await t.send({ n: 1 })
      expect([retryAt, to.calls[1]!.at - to.calls[0]!.at, r.pending]).toEqual([retryAt, 1000, 0])
    }
  })

  test('a longer delay wins over what a failure says', async () => {
    const to = remote<Down>('to', (_b, ctx, nth) =>
      nth === 1 ? new Down({ retryAt: ctx.clock.now() + 1000 }) : {},
    )
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(to)
        .otherwise(retry({ initial: '2h', max: '2h', jitter: 'none' })),
    )
    await t.send({ n: 1 })
    expect(to.calls[1]!.at - to.calls[0]!.at).toBe(2 * HOUR)
  })

  test('what becomes of a message when the schedule gives up is said by orElse', async () => {
    const f = flow('f')
      .input<Order>()
      .to(failing('to', Infinity))
      .otherwise(retry({ attempts: 2, initial: '1s' }).orElse(discard('enough')))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([r.dead, r.pending]).toEqual([[], 0])
    expect((await t.runtime.counts()).find((c) => c.what === 'discarded')?.n).toBe(1)
  })

  test('a hint of 35 days ends at the deadline', async () => {
    const to = remote<Down>('to', (_b, ctx) => new Down({ retryAt: ctx.clock.now() + 35 * 24 * HOUR }))
    const source = {
      name: 's',
      single: false,
      decode: (raw: unknown) => ({ _tag: 'Right' as const, right: raw as Order }),
      start: () => ({ stop() {} }),
    }
    const f = flow('f').from(source, { deadline: '24h' }).to(to).otherwise(byKind())
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect(r.virtualMs).toBe(24 * HOUR)
    expect(r.dead[0]!.error).toMatchObject({ _tag: 'DeadlineExceeded' })
  })

  test('a retry that ends in a retry does not go on for ever', async () => {
    const to = failing('to', Infinity)
    const again = retry({ attempts: 2, initial: '1s' })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(again.orElse(again)))
    const r = await t.send({ n: 1 })
    expect([to.calls.length, r.dead.length]).toEqual([2, 1])
  })

  test('a dead letter that is replayed has its whole schedule again', async () => {
    const to = failing('to', 5)
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(to)
        .otherwise(retry({ attempts: 3, initial: '1s' }).orElse(deadLetter())),
    )
    const { dead } = await t.send({ n: 1 })
    const r = await t.replay(dead[0]!.id)
    expect(to.calls.map((c) => c.attempt)).toEqual([1, 2, 3, 1, 2, 3])
    expect(r.dead).toEqual([])
  })
})
