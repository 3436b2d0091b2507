import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  discard,
  flow,
  memoryJournal,
  retry,
  type Deployable,
  type Journal,
  type OutcomeUnknown,
  type Reconciled,
  type Tagged,
} from '../../src/index.js'
import { idempotent, type IdempotentOptions, type Received } from '../../src/patterns/idempotent.js'
import { testFlow, type FlowTest, type Report } from '../../src/testing/index.js'
import { given } from '../cases/support/given.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, Cut, Down, fine, inputs, remote, type Order, type Remote } from '../semantics/remote.js'
import { kept } from './await-reply-support.js'

type End = Remote<Received<Order, unknown>, never>
const ends = (): End => fine<Received<Order, unknown>>('end')
type Options = Partial<IdempotentOptions<Order, unknown, Received<Order, unknown>, 'wait' | 'fail'>>
const quick = byKind({ transient: retry({ attempts: 3, initial: '1s', jitter: 'none' }) })

const once = (effect: Remote<Order, Tagged>, end: End, o: Options = {}, accept: object = {}): Deployable =>
  flow('f')
    .from(given<Order>(), accept)
    .through(idempotent('once', { key: (b: Order) => b.key ?? '', window: '1h', ...o }, effect))
    .to(end)
    .otherwise(quick)

const part = <E extends Tagged>(effect: Remote<Order, E>) =>
  flow('f')
    .from(given<Order>())
    .through(idempotent('once', { key: (b: Order) => b.key ?? '', window: '1h' }, effect))

const give = async (t: FlowTest, n: number, ms = 100): Promise<Report> => {
  await t.give({ n, key: 'k' })
  return t.run(ms)
}
const slow = (ms: number) =>
  remote<never>('effect', (_o, ctx) => ctx.clock.sleep(ms).then(() => ({ at: ctx.key })))

describe('an idempotent receiver', () => {
  test('makes a repeat wait while the first is being worked on, and answers it with the first’s reply', async () => {
    const [effect, end] = [slow(5000), ends()]
    await using t = testFlow(once(effect, end))
    await give(t, 1)
    await give(t, 2, 60_000)
    expect(effect.calls.length).toBe(1)
    expect(inputs(end).map((i) => [i.body.n, i.repeat])).toEqual([
      [1, false],
      [2, true],
    ])
    expect(inputs(end)[1]!.reply).toEqual(inputs(end)[0]!.reply)
  })

  test('tells a repeat that the first is being worked on, where that is asked for; it comes again by its route', async () => {
    const [effect, end] = [slow(1500), ends()]
    await using t = testFlow(once(effect, end, { whileWorking: 'fail' }))
    const errors: string[] = []
    await give(t, 1)
    t.runtime.events.on('retry', (e) => errors.push(e.error._tag))
    await give(t, 2, 60_000)
    expect([[...new Set(errors)], effect.calls.length, inputs(end).map((i) => i.repeat)]).toEqual([
      ['KeyInUse'],
      1,
      [false, true],
    ])
  })

  test('has the effect once for a hundred repeats at once', async () => {
    const [effect, end] = [slow(50), ends()]
    await using t = testFlow(once(effect, end))
    await Promise.all(Array.from({ length: 100 }, (_, n) => t.give({ n, key: `k${n % 2}` })))
    await t.run(60_000)
    expect([effect.calls.length, end.calls.length]).toEqual([2, 100])
  })

  test('lets a repeat try while the first waits for its retry, with the same idempotency key', async () => {
    const effect = remote<Down>('effect', (_o, _ctx, nth) => (nth === 1 ? new Down({}) : { nth }))
    const end = ends()
    await using t = testFlow(once(effect, end))
    await give(t, 1)
    await give(t, 2, 60_000)
    expect(inputs(end).map((i) => [i.body.n, i.repeat, i.reply])).toEqual([
      [2, false, { nth: 2 }],
      [1, true, { nth: 2 }],
    ])
    expect(new Set(effect.calls.map((c) => c.key)).size).toBe(1)
  })

  test('gives the effect another key in another window', async () => {
    const effect = fine('effect')
    await using t = testFlow(once(effect, ends()))
    await give(t, 1)
    await t.run(3_600_000)
    await give(t, 2)
    expect(new Set(effect.calls.map((c) => c.key)).size).toBe(2)
  })

  test('frees a key when its message is dead; replayed, it finds what another has done since', async () => {
    const effect = remote<Bad>('effect', (o) => (o.n === 1 ? new Bad({}) : { by: o.n }))
    const end = ends()
    await using t = testFlow(once(effect, end))
    const { dead } = await give(t, 1)
    await give(t, 2)
    await t.runtime.deadLetters.replay([dead[0]!.id])
    await t.run(100)
    expect(inputs(end).map((i) => [i.body.n, i.repeat, i.reply])).toEqual([
      [2, false, { by: 2 }],
      [1, true, { by: 2 }],
    ])
    expect(effect.calls.length).toBe(2)
  })

  test('is the same over a crash during the effect: the keyed target sees one key', async () => {
    const [effect, end] = [slow(5000), ends()]
    await using t = testFlow(once(effect, end))
    await give(t, 1, 1000)
    await t.restart()
    await give(t, 2, 60_000)
    expect([effect.calls.length, new Set(effect.calls.map((c) => c.key)).size]).toEqual([2, 1])
    expect(inputs(end).map((i) => i.repeat)).toEqual([false, true])
  })

  test('holds the key while the destination of its effect is parked, and spends nothing', async () => {
    const destination = createDestination({
      name: 'd',
      circuit: { failures: 1, open: '30s' },
    })
    const effect = remote<Down>('effect', (_o, _c, nth) => (nth === 1 ? new Down({}) : { nth }), {
      destination,
      seen: (reply) => ({ as: reply instanceof Down ? 'failed' : 'ok' }),
    })
    const end = ends()
    await using t = testFlow(once(effect, end))
    await give(t, 1, 10_000)
    await give(t, 2, 120_000)
    const r = await t.run(0)
    expect([new Set(inputs(end).map((i) => i.body.n)), r.dead]).toEqual([new Set([1, 2]), []])
    expect(effect.calls.length).toBe(2)
  })

  test('spends no time of its retries while the destination of its effect is parked', async () => {
    const destination = createDestination({ name: 'd', circuit: { failures: 1, open: '30s' } })
    const effect = remote<Down>('effect', (_o, _c, nth) => (nth < 3 ? new Down({}) : { nth }), {
      destination,
      seen: (reply) => ({ as: reply instanceof Down ? 'failed' : 'ok' }),
    })
    const f = part(effect).otherwise(retry({ upTo: '10s', initial: '1s', jitter: 'none' }))
    await using t = testFlow(f)
    const { dead } = await give(t, 1, 300_000)
    expect([dead, effect.calls.length]).toEqual([[], 3])
  })

  test('gives up when the time of its retries is over', async () => {
    const effect = remote<Down>('effect', () => new Down({}))
    const f = part(effect).otherwise(retry({ upTo: '10s', initial: '4s', jitter: 'none', max: '4s' }))
    await using t = testFlow(f)
    const { dead } = await give(t, 1, 300_000)
    expect([dead.map((d) => d.error._tag), effect.calls.length]).toEqual([['Down'], 4])
  })

  test('whose effect never ends fails by the routes of its part of the flow', async () => {
    const effect = remote<OutcomeUnknown>('effect', () => new Promise(() => {}), { effect: 'unsafe' })
    const f = part(effect).on('OutcomeUnknown', discard('nobody knows')).otherwise(quick)
    await using t = testFlow(f)
    const { dead } = await give(t, 1, 700_000)
    expect([dead, counted(await t.runtime.counts(), 'discarded', 'once/work')]).toEqual([[], 1])
  })

  test('leaves nothing behind, however its messages end', async () => {
    for (const accept of [
      {},
      { deadline: '2s' },
      { latest: { key: () => 'k', version: (o: Order) => o.n } },
    ]) {
      const keeps = kept()
      const effect = remote<Down>('effect', (_o, _c, nth) => (nth < 3 ? new Down({}) : {}))
      await using t = testFlow(once(effect, ends(), {}, accept), {
        journal: keeps.journal,
      })
      for (const n of [1, 2, 3]) await give(t, n, 500)
      const r = await t.settle()
      expect([keeps.names(), r.pending, balanced(await t.runtime.counts())]).toEqual([[], 0, true])
    }
  })

  test('fails by its deadline, which frees the key', async () => {
    const effect = remote<Down>('effect', (o) => (o.n === 1 ? new Down({}) : {}))
    const end = ends()
    await using t = testFlow(once(effect, end, {}, { deadline: '500ms' }))
    await give(t, 1, 5000)
    const { dead } = await give(t, 2)
    expect([dead.map((d) => d.error._tag), inputs(end).map((i) => i.repeat)]).toEqual([
      ['DeadlineExceeded'],
      [false],
    ])
  })

  test('frees the key when its deadline passes before the effect could be made', async () => {
    const destination = createDestination({ name: 'd', circuit: { failures: 1, open: '30s' } })
    const effect = remote<Down>('effect', (o) => (o.key === 'k' ? {} : new Down({})), {
      destination,
      seen: (reply) => ({ as: reply instanceof Down ? 'failed' : 'ok' }),
    })
    const end = ends()
    await using t = testFlow(once(effect, end, {}, { deadline: '5s' }))
    await t.give({ n: 0, key: 'opens the circuit' })
    await t.run(100)
    await give(t, 1, 40_000)
    await give(t, 2, 10_000)
    expect([inputs(end).map((i) => [i.body.n, i.repeat]), effect.calls.length]).toEqual([[[2, false]], 2])
  })
})

describe('a key in doubt', () => {
  const unsafe = (
    answer: (nth: number) => unknown,
    reconcile?: () => Reconciled<unknown>,
  ): Remote<Order, Tagged> =>
    remote<Tagged>('effect', (_o, _ctx, nth) => answer(nth), {
      effect: 'unsafe',
      ...(reconcile && { reconcile: async () => reconcile() }),
    })

  test('keeps repeats from the effect until a person replays the first', async () => {
    const effect = unsafe((nth) => (nth === 1 ? new Cut({}) : { nth }))
    const end = ends()
    await using t = testFlow(once(effect, end))
    await give(t, 1)
    const { dead } = await give(t, 2)
    expect([dead.map((d) => d.error._tag), effect.calls.length]).toEqual([
      ['OutcomeUnknown', 'OutcomeUnknown'],
      1,
    ])
    for (const d of dead) {
      await t.runtime.deadLetters.replay([d.id])
      await t.run(100)
    }
    expect(inputs(end).map((i) => [i.body.n, i.repeat])).toEqual([
      [1, false],
      [2, true],
    ])
    expect(effect.calls.length).toBe(2)
  })

  test('is settled by the target’s reconcile when a repeat comes', async () => {
    for (const [answers, calls, reply] of [
      [['unknown', { found: { was: 'there' } }], 1, { was: 'there' }],
      [['unknown', 'absent'], 2, { nth: 2 }],
    ] as const) {
      const said = [...answers] as Reconciled<unknown>[]
      const effect = unsafe(
        (nth) => (nth === 1 ? new Cut({}) : { nth }),
        () => said.shift()!,
      )
      const end = ends()
      await using t = testFlow(once(effect, end))
      await give(t, 1)
      await give(t, 2)
      expect([effect.calls.length, inputs(end).map((i) => [i.body.n, i.reply])]).toEqual([
        calls,
        [[2, reply]],
      ])
    }
  })

  test('survives a restart, and ends with the window', async () => {
    const effect = unsafe((nth) => (nth === 1 ? new Cut({}) : { nth }))
    const end = ends()
    await using t = testFlow(once(effect, end))
    await give(t, 1)
    await t.restart()
    await give(t, 2)
    expect(effect.calls.length).toBe(1)
    await t.run(3_700_000)
    await give(t, 3)
    expect([effect.calls.length, inputs(end).map((i) => i.body.n)]).toEqual([2, [3]])
  })

  test('is what a crash in an unsafe effect leaves: it is not made again', async () => {
    const effect = remote<never>('effect', (_o, ctx) => ctx.clock.sleep(5000), { effect: 'unsafe' })
    await using t = testFlow(once(effect, ends()))
    await give(t, 1, 1000)
    await t.restart()
    const { dead } = await give(t, 2, 60_000)
    expect([dead.map((d) => d.error._tag), effect.calls.length]).toEqual([
      ['OutcomeUnknown', 'OutcomeUnknown'],
      1,
    ])
  })

  test('stays so in a journal that fails to be read: what a crash left is not made again', async () => {
    const effect = remote<never>('effect', (_o, ctx) => ctx.clock.sleep(5000), { effect: 'unsafe' })
    const { store } = kept()
    let troubles = 0
    await using t = testFlow(once(effect, ends()), {
      journal: (clock) => {
        const journal = memoryJournal({ clock, store })
        const read = journal.read.bind(journal)
        const troubled: Journal['read'] = (names) =>
          names.some((n) => n.startsWith('idempotent:')) && troubles-- > 0
            ? Promise.reject(new Error('no'))
            : read(names)
        return Object.assign(journal, { read: troubled })
      },
    })
    await give(t, 1, 1000)
    troubles = 2
    await t.restart()
    const { dead } = await t.run(120_000)
    expect([dead.map((d) => d.error._tag), effect.calls.length, troubles < 0]).toEqual([
      ['OutcomeUnknown'],
      1,
      true,
    ])
  })
})

describe('bad input of an idempotent receiver', () => {
  const boom = (): never => {
    throw new Error('boom')
  }

  test('a key that throws or is none is a failed step', async () => {
    for (const key of [boom, () => '', () => 7 as never]) {
      const effect = fine('effect')
      await using t = testFlow(once(effect, ends(), { key }))
      const { dead } = await give(t, 1)
      expect([dead.map((d) => [d.hop, d.error._tag]), effect.calls]).toEqual([[['once', 'StepFailed']], []])
    }
  })

  test('a join that throws, fails, or gives what cannot be stored comes after the effect, which is not made again', async () => {
    let mended = false
    for (const [bad, tag] of [
      [boom, 'StepFailed'],
      [() => new Bad({}), 'Bad'],
      [() => new Date(0), 'StepFailed'],
    ] as const) {
      mended = false
      const effect = fine('effect')
      const end = ends()
      const join = (body: Order, reply: unknown, repeat: boolean) =>
        mended ? { body, reply, repeat } : (bad() as never)
      await using t = testFlow(once(effect, end, { join, repeats: 'filter' }))
      const { dead } = await give(t, 1)
      expect(dead.map((d) => [d.hop, d.error._tag])).toEqual([['once/work', tag]])
      mended = true
      await t.runtime.deadLetters.replay([dead[0]!.id])
      await t.run(100)
      expect([effect.calls.length, inputs(end).map((i) => i.repeat)]).toEqual([1, [false]])
    }
  })

  test('options that make no sense are refused', () => {
    const o = { key: (b: Order) => b.key!, window: '1h' } as const
    expect(() => idempotent('a/b', o, fine('e'))).toThrow('expected a name')
    expect(() => idempotent('a', { ...o, window: 'x' as '1h' }, fine('e'))).toThrow(
      'window: expected a duration',
    )
    expect(() => idempotent('a', { ...o, repeats: 'x' as 'filter' }, fine('e'))).toThrow(
      "expected 'go on' or 'filter'",
    )
    expect(() => idempotent('a', { ...o, whileWorking: 'x' as 'wait' }, fine('e'))).toThrow(
      "expected 'wait' or 'fail'",
    )
    expect(() => idempotent('a', { ...o, key: 'k' as unknown as typeof o.key }, fine('e'))).toThrow(
      'key: expected a function',
    )
    expect(() => idempotent('a', o, { ...fine('e'), effect: 'none' } as never)).toThrow('expected a target')
  })

  test('in memory every call is a first', async () => {
    const effect = fine('effect')
    const f = flow('f')
      .input<Order>()
      .through(idempotent('once', { key: (b) => b.key!, window: '1h' }, effect))
    for (const n of [1, 2])
      expect(await f.run({ n, key: 'k' })).toEqual({
        body: { n, key: 'k' },
        reply: { ok: true },
        repeat: false,
      })
    expect(await f.call({ n: 3 })).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(effect.calls.length).toBe(2)
  })

  test('filtered repeats are counted as filtered', async () => {
    await using t = testFlow(once(fine('effect'), ends(), { repeats: 'filter' }))
    for (const n of [1, 2, 3]) await give(t, n)
    expect(counted(await t.runtime.counts(), 'filtered')).toBe(2)
  })
})
