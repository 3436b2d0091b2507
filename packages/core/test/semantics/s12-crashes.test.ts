import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, discard, flow, retry } from '../../src/index.js'
import { testFlow, type FlowTest } from '../../src/testing/index.js'
import { Down, forever, hanging, inputs, remote, type Order } from './remote.js'

/** Kills the process in the middle of whatever it does, so many times. */
const crash = async (t: FlowTest, times: number): Promise<void> => {
  for (let i = 0; i < times; i++) {
    await t.run(10)
    await t.restart()
  }
}

/** Hangs at its first so many calls. */
const deadly = (times: number) => remote('to', (_b, ctx, nth) => (nth <= times ? forever(ctx) : {}))

describe('S12 an entry held at five crashes without any outcome is dead-lettered as Crashed', () => {
  test('the first crash, in the process that stored it, is not counted: five more are survived', async () => {
    const to = deadly(6)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()))
    await t.give({ n: 1 })
    await crash(t, 5)
    const r = await t.run(10)
    expect([to.calls.length, r.dead.length, r.pending]).toEqual([6, 0, 1])
  })

  test('the fifth that is counted is the last: it is not run again', async () => {
    const to = deadly(Infinity)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()))
    await t.give({ n: 1 })
    await crash(t, 6)
    const r = await t.settle()
    expect(to.calls).toHaveLength(6)
    expect(r.dead).toMatchObject([{ hop: 'to', body: { n: 1 }, error: { _tag: 'Crashed' } }])
    expect(r.pending).toBe(0)
  })

  test('it is a dead letter whatever the routes say', async () => {
    await using t = testFlow(flow('f').input<Order>().to(hanging('to')).otherwise(discard('all')))
    await t.give({ n: 1 })
    await crash(t, 6)
    expect((await t.settle()).dead).toHaveLength(1)
  })

  test('one that gets through before that is delivered', async () => {
    const to = deadly(5)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()))
    await t.give({ n: 1 })
    await crash(t, 5)
    const r = await t.settle()
    expect([to.calls.length, r.delivered.length, r.dead.length]).toEqual([6, 1, 0])
  })

  test('any outcome has crashes counted anew: a failed attempt too', async () => {
    const to = remote<Down>('to', (_b, ctx, nth) => (nth === 5 ? new Down({}) : nth <= 9 ? forever(ctx) : {}))
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(to)
        .otherwise(retry({ initial: '1ms', jitter: 'none' })),
    )
    await t.give({ n: 1 })
    for (let i = 0; i < 8; i++) {
      await t.run(10)
      await t.restart()
    }
    const r = await t.settle()
    expect([to.calls.length, r.dead.length, r.delivered.length]).toEqual([10, 0, 1])
  })

  test('what crashed can be replayed, and has five crashes before it again', async () => {
    const to = deadly(10)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(deadLetter()))
    await t.give({ n: 1 })
    await crash(t, 6)
    const { dead } = await t.settle()
    await t.runtime.deadLetters.replay([dead[0]!.id])
    await crash(t, 4)
    const r = await t.settle()
    expect([to.calls.length, r.dead.length, r.delivered.length]).toEqual([11, 0, 1])
  })
})

describe('S12 what is no crash', () => {
  test('a clean stop of a process that had to clean up after a crash', async () => {
    const to = deadly(Infinity)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()), {
      runtime: { grace: '0s' },
    })
    await t.give({ n: 1 })
    for (let i = 0; i < 8; i++) {
      await t.run(10)
      await t.restart()
      await t.run(10)
      await t.restart({ clean: true })
    }
    const r = await t.run(10)
    expect([to.calls.length, r.dead, r.pending]).toEqual([17, [], 1])
  })
})

describe('S12 neighbours are not blamed', () => {
  test('of a batch in flight at a crash, only the one that crashes it is dead-lettered', async () => {
    let crashed = false
    const to = remote('to', async (b, ctx) => {
      if (b.n === 3) {
        crashed = true
        await forever(ctx)
      }
      // The others are still under way when it happens.
      await ctx.clock.sleep(50)
      return {}
    })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()))
    for (let n = 0; n < 8; n++) await t.give({ n })
    for (let life = 0; life < 40; life++) {
      crashed = false
      for (let i = 0; i < 100 && !crashed; i++) await t.run(10)
      if (!crashed) break
      await t.restart()
    }
    const r = await t.settle()
    expect(r.dead.map((d) => [(d.body as unknown as Order).n, (d.error as { _tag: string })._tag])).toEqual([
      [3, 'Crashed'],
    ])
    // What was under way when its process was killed may have arrived all the same.
    expect(
      [...new Set(r.delivered.map((d) => (d.input as unknown as Order).n))].toSorted((x, y) => x - y),
    ).toEqual([0, 1, 2, 4, 5, 6, 7])
    expect(r.pending).toBe(0)
  })

  test('after an unclean stop suspects run one at a time, and others beside them', async () => {
    let life = 1
    let inside = 0
    let most = 0
    const to = remote('to', async (b, ctx) => {
      if (life === 1) await forever(ctx)
      if (b.n < 5) most = Math.max(most, ++inside)
      await ctx.clock.sleep(100)
      if (b.n < 5) inside--
      return {}
    })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()))
    for (let n = 0; n < 5; n++) await t.give({ n })
    await t.run(10)
    // The second crash makes suspects of what was in flight at the first.
    await t.restart()
    await t.run(10)
    await t.restart()
    life = 2
    for (let n = 5; n < 8; n++) await t.give({ n })
    const start = t.clock.now()
    const r = await t.settle()
    expect([most, r.delivered.length]).toEqual([1, 8])
    const late = to.calls.filter((c) => c.at >= start && c.input.n >= 5)
    expect(late.map((c) => c.at - start)).toEqual([0, 0, 0])
  })

  test('after a clean stop everything runs side by side', async () => {
    let life = 1
    let inside = 0
    let most = 0
    const to = remote('to', async (_b, ctx) => {
      if (life === 1) await forever(ctx)
      most = Math.max(most, ++inside)
      await ctx.clock.sleep(100)
      inside--
      return {}
    })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()), {
      runtime: { grace: '0s' },
    })
    for (let n = 0; n < 5; n++) await t.give({ n })
    await t.run(10)
    await t.restart({ clean: true })
    life = 2
    const r = await t.settle()
    expect([most, r.delivered.length]).toEqual([5, 5])
    expect(new Set(inputs(to).map((b) => b.n)).size).toBe(5)
  })
})
