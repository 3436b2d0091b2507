import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, retry, type OutcomeUnknown, type Reconciled } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Cut, Down, forever, remote, type Bad, type Order, type RemoteOptions } from '../semantics/remote.js'

type Answer = Parameters<typeof remote>[1]
const unsafe = (answer: Answer, o: RemoteOptions<Order> = {}) =>
  remote<Down | Cut | Bad | OutcomeUnknown>('pay', answer, { effect: 'unsafe', ...o })
const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none' }) })
const tag = (dead: readonly { error: unknown }[]): unknown[] =>
  dead.map((d) => (d.error as { _tag: string })._tag)

/** Answers in this order, and keeps a list of what it was asked. */
const asked = (...answers: Reconciled<unknown>[]) => {
  const inputs: Order[] = []
  return {
    inputs,
    reconcile: async (input: Order) => (inputs.push(input), answers[inputs.length - 1] ?? 'unknown'),
  }
}

describe('an unsafe target', () => {
  test('that was under way at a crash is not called again: the outcome is unknown', async () => {
    const pay = unsafe((_b, ctx) => forever(ctx))
    await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(quick))
    await t.give({ n: 1 })
    await t.run(10)
    await t.restart()
    const r = await t.settle()
    expect([pay.calls.length, tag(r.dead), r.pending]).toEqual([1, ['OutcomeUnknown'], 0])
  })

  test('with reconcile is asked after such a crash: found, and the flow goes on with what was found', async () => {
    const { inputs, reconcile } = asked({ found: { receipt: 7 } })
    const pay = unsafe((_b, ctx) => forever(ctx), { reconcile })
    const after = remote<never, { receipt: number }>('after', () => ({}))
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .via(pay as never)
        .to(after as never)
        .otherwise(quick),
    )
    await t.give({ n: 1 })
    await t.run(10)
    await t.restart()
    const r = await t.settle()
    expect([pay.calls.length, inputs, after.calls.map((c) => c.input)]).toEqual([
      1,
      [{ n: 1 }],
      [{ receipt: 7 }],
    ])
    expect(r).toMatchObject({ dead: [], pending: 0 })
  })

  test('with reconcile is asked after such a crash: absent, and it is sent, once', async () => {
    const { inputs, reconcile } = asked('absent')
    let life = 1
    const pay = unsafe((_b, ctx) => (life === 1 ? forever(ctx) : {}), { reconcile })
    await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(quick))
    await t.give({ n: 1 })
    await t.run(10)
    life = 2
    await t.restart()
    const r = await t.settle()
    expect([pay.calls.length, inputs.length, r.delivered.length, r.dead.length]).toEqual([2, 1, 1, 0])
    expect(pay.calls[1]!.attempt).toBe(1)
  })

  test('with reconcile that cannot tell, or fails, is not sent: the outcome stays unknown', async () => {
    const answers = [async () => 'unknown' as const, () => Promise.reject(new Error('no answer'))]
    for (const reconcile of answers) {
      const pay = unsafe((_b, ctx) => forever(ctx), { reconcile })
      await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(quick))
      await t.give({ n: 1 })
      await t.run(10)
      await t.restart()
      const r = await t.settle()
      expect([pay.calls.length, tag(r.dead)]).toEqual([1, ['OutcomeUnknown']])
    }
  })

  test('whose answer was ambiguous is asked at once, in the same attempt', async () => {
    const { inputs, reconcile } = asked({ found: {} })
    const pay = unsafe(() => new Cut({}), { reconcile })
    await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(quick))
    const r = await t.send({ n: 1 })
    expect([pay.calls.length, inputs.length, r.delivered.length, r.dead.length]).toEqual([1, 1, 1, 0])
  })

  test('whose ambiguous answer turns out absent is a transient failure of its own tag, and is tried again', async () => {
    const { reconcile } = asked('absent')
    const pay = unsafe((_b, _c, nth) => (nth === 1 ? new Cut({}) : {}), { reconcile })
    await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(quick))
    const errors: unknown[] = []
    t.runtime.events.on('retry', (e) => errors.push((e.error as { _tag: string })._tag))
    const r = await t.send({ n: 1 })
    expect([pay.calls.length, errors, r.dead]).toEqual([2, ['Cut'], []])
  })

  test('whose answer was ambiguous, without reconcile, is OutcomeUnknown: dead-lettered, never repeated by default', async () => {
    const pay = unsafe(() => new Cut({}))
    await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(quick))
    const r = await t.send({ n: 1 })
    expect([pay.calls.length, tag(r.dead)]).toEqual([1, ['OutcomeUnknown']])
  })

  test('that refused is tried again: refused is an outcome, and clears the mark', async () => {
    const { inputs, reconcile } = asked()
    const pay = unsafe((_b, _c, nth) => (nth < 3 ? new Down({}) : {}), { reconcile })
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(pay)
        .otherwise(byKind({ transient: retry({ initial: '1h', jitter: 'none' }) })),
    )
    await t.give({ n: 1 })
    await t.run(1000)
    await t.restart()
    const r = await t.settle()
    expect([pay.calls.length, inputs.length, r.delivered.length]).toEqual([3, 0, 1])
  })

  test('whose unknown outcome a route tries again asks reconcile first', async () => {
    const { inputs, reconcile } = asked('unknown', { found: {} })
    const pay = unsafe(() => new Cut({}), { reconcile })
    const f = flow('f')
      .input<Order>()
      .to(pay)
      .otherwise(byKind({ unknown: retry({ initial: '1s', attempts: 5 }) }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([pay.calls.length, inputs.length, r.dead, r.pending]).toEqual([1, 2, [], 0])
  })

  test('whose unknown outcome a route tries again, without reconcile, is sent again: the route said so', async () => {
    const pay = unsafe((_b, _c, nth) => (nth === 1 ? new Cut({}) : {}))
    const f = flow('f')
      .input<Order>()
      .to(pay)
      .otherwise(byKind({ unknown: retry({ initial: '1s', attempts: 5 }) }))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([pay.calls.length, r.dead]).toEqual([2, []])
  })

  test('a dead letter of an unknown outcome that is replayed is sent: the operator said so', async () => {
    let life = 1
    const pay = unsafe((_b, ctx) => (life === 1 ? forever(ctx) : {}))
    await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(deadLetter()))
    await t.give({ n: 1 })
    await t.run(10)
    life = 2
    await t.restart()
    const { dead } = await t.settle()
    const r = await t.replay(dead[0]!.id)
    expect([pay.calls.length, r.dead, r.delivered.length]).toEqual([2, [], 1])
  })

  test('a crash before it is marked is no unknown outcome: the steps before it simply run again', async () => {
    let life = 1
    const pay = unsafe(() => ({}))
    const f = flow('f')
      .input<Order>()
      .map('slow', async (b, ctx) => {
        if (life === 1) await forever(ctx)
        return b
      })
      .to(pay)
      .otherwise(quick)
    await using t = testFlow(f)
    await t.give({ n: 1 })
    await t.run(10)
    life = 2
    await t.restart()
    const r = await t.settle()
    expect([pay.calls.length, r.dead, r.delivered.length]).toEqual([1, [], 1])
  })

  test('that does not answer in time has an unknown outcome, at the deadline of the attempt', async () => {
    const pay = unsafe(async (_b, ctx) => {
      await ctx.clock.sleep(864e5)
      return {}
    })
    await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(quick), {
      runtime: { attempt: '1m' },
    })
    await t.give({ n: 1 })
    const r = await t.run(120_000)
    expect([pay.calls.length, tag(r.dead)]).toEqual([1, ['OutcomeUnknown']])
  })

  test('that throws what its signal aborted with has an unknown outcome too', async () => {
    const pay = unsafe(async (_b, ctx) => {
      await ctx.clock.sleep(864e5, ctx.signal)
      return {}
    })
    await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(quick), {
      runtime: { attempt: '1m' },
    })
    const r = await t.send({ n: 1 })
    expect([pay.calls.length, tag(r.dead)]).toEqual([1, ['OutcomeUnknown']])
  })

  test('that was under way when the grace of a stop was over is in doubt at the next start', async () => {
    const { inputs, reconcile } = asked('absent')
    let life = 1
    const pay = unsafe((_b, ctx) => (life === 1 ? forever(ctx) : {}), { reconcile })
    await using t = testFlow(flow('f').input<Order>().to(pay).otherwise(quick), { runtime: { grace: '1s' } })
    await t.give({ n: 1 })
    await t.run(10)
    await t.stop()
    life = 2
    const r = await t.settle()
    expect([pay.calls.length, inputs.length, r.delivered.length, r.dead]).toEqual([2, 1, 1, []])
  })
})
