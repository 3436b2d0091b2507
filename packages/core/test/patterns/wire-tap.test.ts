import { describe, expect, test } from 'vitest'
import { byKind, flow, retry } from '../../src/index.js'
import { delayUntil } from '../../src/patterns/delay-until.js'
import { wireTap } from '../../src/patterns/wire-tap.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { failing, fine, inputs, remote, type Order } from '../semantics/remote.js'

describe('wire tap: a durable copy on the side', () => {
  test('G1: the flow does not wait for the tap', async () => {
    const order: string[] = []
    const slow = remote<never>('slow', async (_i, ctx) => {
      await ctx.clock.sleep(1000)
      order.push('tapped')
    })
    const end = remote<never>('end', () => order.push('delivered'))
    const f = flow('f').input<Order>().through(wireTap('tap', slow)).to(end).otherwise(byKind())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(order).toEqual(['delivered', 'tapped'])
  })

  test('G3: what a tap makes of its copy is not seen by the flow', async () => {
    const audit = fine<{ text: string }>('audit')
    const end = fine('end')
    const f = flow('f')
      .input<Order>()
      .through(
        wireTap(
          'tap',
          audit.with((o: Order) => ({ text: `order ${Object.assign(o, { n: 9 }).n}` })),
        ),
      )
      .to(end)
      .otherwise(byKind())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect([inputs(audit), inputs(end)]).toEqual([[{ text: 'order 9' }], [{ n: 1 }]])
    const body = { n: 2 }
    const open = flow('f')
      .input<Order>()
      .through(
        wireTap(
          'tap',
          audit.with((o: Order) => ({ text: `order ${Object.assign(o, { n: 9 }).n}` })),
        ),
      )
    expect([await open.run(body), body.n]).toEqual([{ n: 2 }, 2])
  })

  test('G4: a tap under way when the process dies is made by the next one', async () => {
    const audit = fine('audit')
    const end = fine('end')
    const f = flow('f').input<Order>().through(wireTap('tap', audit)).to(end).otherwise(byKind())
    await using t = testFlow(f)
    await t.give({ n: 1 })
    await t.restart()
    await t.settle()
    expect([audit.calls.length, end.calls.length]).toEqual([1, 1])
  })

  test('a tap that fails is retried and put aside alone', async () => {
    const audit = failing('audit', 9)
    const end = fine('end')
    const f = flow('f')
      .input<Order>()
      .through(wireTap('tap', audit))
      .to(end)
      .otherwise(byKind({ transient: retry({ attempts: 2 }) }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([end.calls.length, audit.calls.length, r.dead.map((d) => d.hop)]).toEqual([1, 2, ['tap/copy']])
    expect(balanced(await t.runtime.counts())).toBe(true)
    expect(await flow('f').input<Order>().through(wireTap('tap', audit)).run({ n: 3 })).toEqual({ n: 3 })
  })
})

describe('delay until a time read from the message', () => {
  const at = (o: { at: number }) => o.at

  test('G18: a short delay overtakes a long one, and the long one survives a restart', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<{ at: number; n: number }>()
      .through(delayUntil('embargo', at))
      .to(end)
      .otherwise(byKind())
    await using t = testFlow(f)
    const now = t.clock.now()
    await t.give({ at: now + 60_000, n: 1 })
    await t.give({ at: now + 1000, n: 2 })
    await t.run(2000)
    expect(inputs(end).map((o) => (o as { n: number }).n)).toEqual([2])
    await t.restart()
    const r = await t.settle()
    expect(inputs(end).map((o) => (o as { n: number }).n)).toEqual([2, 1])
    expect([t.clock.now() - now, r.pending]).toEqual([60_000, 0])
  })

  test('a time that has passed is now; a duration counts from now', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<{ d?: '5s' }>()
      .through(delayUntil('wait', (o) => o.d ?? 5))
      .to(end)
      .otherwise(byKind())
    await using t = testFlow(f)
    expect((await t.send({})).virtualMs).toBe(0)
    expect((await t.send({ d: '5s' })).virtualMs).toBe(5000)
  })

  test('a time that is none is a failed step named after the delay', async () => {
    const f = flow('f')
      .input<{ at: number }>()
      .through(delayUntil('embargo', (o) => Date.parse(String(o.at))))
      .to(fine<unknown>('end'))
      .otherwise(byKind())
    await using t = testFlow(f)
    const r = await t.send({ at: 'soon' })
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([['embargo', 'StepFailed']])
  })

  test('at the end of a gather’s branch the reply waits', async () => {
    const end = fine<unknown>('end')
    const f = flow('f')
      .input<Order>()
      .gather({ late: (s) => s.through(delayUntil('wait', () => '9s')) }, { settle: 'all' })
      .to(end)
      .otherwise(byKind())
    await using t = testFlow(f)
    expect((await t.send({ n: 1 })).virtualMs).toBe(9000)
    expect(inputs(end)).toEqual([{ late: { n: 1 } }])
  })
})
