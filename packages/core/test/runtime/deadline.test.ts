import { describe, expect, test } from 'vitest'
import { byKind, createDestination, discard, flow, retry } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { counted } from '../semantics/counted.js'
import { Down, failing, fine, forever, inputs, remote } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const HOUR = 36e5
const tag = (dead: readonly { error: unknown }[]): unknown[] =>
  dead.map((d) => (d.error as { _tag: string })._tag)
const within = { deadline: '1h' } as const
const day = { runtime: { attempt: '24h' } } as const

describe('a deadline that passes', () => {
  test('while the message waits for its next attempt: it ends at the deadline, not at the attempt', async () => {
    const to = failing('to', Infinity)
    const f = flow('f')
      .from(orders(), within)
      .to(to)
      .otherwise(byKind({ transient: retry({ initial: '40m', factor: 1, max: '40m', jitter: 'none' }) }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([to.calls.length, tag(r.dead), r.virtualMs]).toEqual([2, ['DeadlineExceeded'], HOUR])
  })

  test('while its destination is parked', async () => {
    const d = createDestination({ name: 'd', circuit: false, random: { next: () => 0 } })
    let hints = 0
    const hint = (): { retryAt?: number } => (hints++ === 0 ? { retryAt: start + 5 * HOUR } : {})
    const to = remote<Down>('to', () => new Down({}), {
      destination: d,
      seen: () => ({ as: 'refused', ...hint() }),
    })
    const f = flow('f').from(orders(), within).to(to).otherwise(byKind())
    await using t = testFlow(f)
    const start = t.clock.now()
    await t.give({ n: 1 })
    await t.give({ n: 2 })
    const r = await t.run(HOUR + 5000)
    expect([to.calls.length <= 2, tag(r.dead), r.pending]).toEqual([
      true,
      ['DeadlineExceeded', 'DeadlineExceeded'],
      0,
    ])
  })

  test('while a step runs that listens to its signal', async () => {
    const to = remote('to', async (_b, ctx) => {
      await ctx.clock.sleep(10 * HOUR, ctx.signal)
      return {}
    })
    await using t = testFlow(flow('f').from(orders(), within).to(to).otherwise(byKind()), day)
    const r = await t.send({ n: 1 })
    expect([tag(r.dead), r.virtualMs]).toEqual([['DeadlineExceeded'], HOUR])
  })

  test('while a step runs that does not listen: it is given up soon after', async () => {
    const to = remote('to', (_b, ctx) => forever(ctx))
    await using t = testFlow(flow('f').from(orders(), within).to(to).otherwise(byKind()), day)
    await t.give({ n: 1 })
    const r = await t.run(HOUR + 5000)
    expect([tag(r.dead), r.pending]).toEqual([['DeadlineExceeded'], 0])
  })

  test('while it waits behind another of its key', async () => {
    const to = remote('to', async (b, ctx) => {
      if (b.n === 1) await ctx.clock.sleep(0.9 * HOUR)
      return {}
    })
    await using t = testFlow(
      flow('f')
        .from(orders(), { ...within, key: () => 'k' })
        .to(to)
        .otherwise(byKind()),
      day,
    )
    await t.give({ n: 1 })
    await t.run(1)
    await t.give({ n: 2 })
    const r = await t.settle()
    expect([inputs(to).map((b) => b.n), r.dead]).toEqual([[1, 2], []])
  })

  test('while it waits in a delay, or between two hops', async () => {
    const to = fine('to')
    await using t = testFlow(
      flow('f').from(orders(), within).to(fine('first')).delay('wait', '2h').to(to).otherwise(byKind()),
    )
    const r = await t.send({ n: 1 })
    expect([to.calls.length, tag(r.dead)]).toEqual([0, ['DeadlineExceeded']])
  })

  test('while no process was there', async () => {
    const to = fine('to')
    let up = false
    const slow = remote<Down>('slow', () => (up ? {} : new Down({})))
    await using t = testFlow(
      flow('f')
        .from(orders(), within)
        .to(slow)
        .to(to)
        .otherwise(byKind({ transient: retry({ initial: '30m', jitter: 'none' }) })),
    )
    await t.give({ n: 1 })
    await t.run(1000)
    await t.stop()
    await t.clock.advanceBy(2 * HOUR)
    up = true
    const r = await t.settle()
    expect([to.calls.length, tag(r.dead)]).toEqual([0, ['DeadlineExceeded']])
  })

  test('has a route of its own', async () => {
    const f = flow('f')
      .from(orders(), within)
      .to(failing('to', Infinity))
      .onError({
        DecodeFailed: discard(),
        DeadlineExceeded: discard('too late'),
        Down: retry({ initial: '1m' }),
      })
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([r.dead, r.pending, counted(await t.runtime.counts(), 'discarded')]).toEqual([[], 0, 1])
  })

  test('is not held against a replay: what died of it is sent all the same', async () => {
    const to = failing('to', 3)
    await using t = testFlow(
      flow('f')
        .from(orders(), within)
        .to(to)
        .to(fine('then'))
        .otherwise(byKind({ transient: retry({ initial: '25m', factor: 1, jitter: 'none' }) })),
    )
    const { dead } = await t.send({ n: 1 })
    expect(tag(dead)).toEqual(['DeadlineExceeded'])
    await t.run(5 * HOUR)
    const after = await t.replay(dead[0]!.id)
    expect([after.delivered.map((d) => d.target), after.dead, after.pending]).toEqual([['to', 'then'], [], 0])
  })

  test('is given to steps, as is a signal that aborts then', async () => {
    const seen: unknown[] = []
    const f = flow('f')
      .from(orders(), within)
      .tap('look', (_b, ctx) => seen.push(ctx.deadline, ctx.message.deadline, ctx.signal.aborted))
      .to(fine('to'))
      .otherwise(byKind())
    await using t = testFlow(f)
    const start = t.clock.now()
    await t.send({ n: 1 })
    expect(seen).toEqual([start + HOUR, start + HOUR, false])
  })

  test('an attempt that takes too long without one is given up, and made again', async () => {
    for (const listens of [true, false]) {
      const to = remote('to', async (_b, ctx, nth) => {
        if (nth === 1) await ctx.clock.sleep(HOUR, listens ? ctx.signal : undefined)
        return {}
      })
      const f = flow('f')
        .from(orders())
        .to(to)
        .otherwise(byKind({ transient: retry({ initial: '1s', jitter: 'none' }) }))
      await using t = testFlow(f, { runtime: { attempt: '1m' } })
      const r = await t.send({ n: 1 })
      expect([to.calls.map((c) => c.attempt), r.dead, r.pending]).toEqual([[1, 2], [], 0])
    }
  })

  test('a message without one has none', async () => {
    const to = failing('to', 5)
    await using t = testFlow(
      flow('f')
        .from(orders())
        .to(to)
        .otherwise(retry({ initial: '10h', max: '10h', jitter: 'none', upTo: '30d' })),
    )
    const r = await t.send({ n: 1 })
    expect([to.calls.length, r.dead]).toEqual([6, []])
  })
})
