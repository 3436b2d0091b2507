import { describe, expect, test } from 'vitest'
import { createDestination, deadLetter, flow } from '../../src/index.js'
import { saga } from '../../src/patterns/saga.js'
import { testFlow } from '../../src/testing/index.js'
import { given } from '../cases/support/given.js'
import { balanced } from '../semantics/counted.js'
import { Bad, Cut, Down, fine, forever, inputs, remote, type Order } from '../semantics/remote.js'
import { kept } from './await-reply-support.js'
import { booking, refusing, type Sent, type Trip } from './saga-support.js'

const always = Number.POSITIVE_INFINITY
const sent = (r: { readonly calls: readonly { readonly input: Sent }[] }): Sent => r.calls.at(-1)!.input

describe('a saga', () => {
  test('does its steps in order, each seeing the replies before it, and goes on with all of them', async () => {
    const b = booking()
    await using t = testFlow(b.flow)
    const r = await t.send({ to: 'Oslo' })
    expect(b.log).toEqual(['flight', 'hotel', 'car'])
    expect(sent(b.place.car)).toEqual({ ref: 'Oslo at 0', sees: ['flight 1', 'hotel 1'] })
    expect(inputs(b.end)).toEqual([
      {
        body: { to: 'Oslo' },
        options: { ref: 'Oslo at 0' },
        replies: { flight: { id: 'flight 1' }, hotel: { id: 'hotel 1' }, car: { id: 'car 1' } },
      },
    ])
    expect([r.dead, r.pending, balanced(await t.runtime.counts())]).toEqual([[], 0, true])
  })

  test('undoes what was done, last first, when a step fails, and fails with what happened', async () => {
    const b = booking({ car: refusing(always) })
    await using t = testFlow(b.flow)
    const r = await t.send({ to: 'Oslo' })
    expect(b.log).toEqual(['flight', 'hotel', 'car', 'no hotel', 'no flight'])
    expect(sent(b.place['no hotel'])).toEqual({ ref: 'Oslo at 0', reply: 'hotel 1', sees: ['flight 1'] })
    expect(sent(b.place['no flight'])).toEqual({ ref: 'Oslo at 0', reply: 'flight 1', sees: [] })
    expect(r.dead).toMatchObject([
      {
        hop: 'trip/goes on',
        error: {
          _tag: 'SagaFailed',
          saga: 'trip',
          step: 'car',
          failure: { _tag: 'Bad' },
          undone: ['hotel', 'flight'],
          notUndone: [],
        },
      },
    ])
    expect([b.end.calls.length, r.pending, balanced(await t.runtime.counts())]).toEqual([0, 0, true])
  })

  test('undoes nothing when the first step refuses', async () => {
    const b = booking({ flight: refusing(always) })
    await using t = testFlow(b.flow)
    const { dead } = await t.send({ to: 'Oslo' })
    expect([b.log, dead[0]!.error['undone']]).toEqual([['flight'], []])
  })

  test('retries a step by its schedule before it gives up', async () => {
    const b = booking({ hotel: refusing(2, () => new Down({})) })
    await using t = testFlow(b.flow)
    await t.send({ to: 'Oslo' })
    expect(b.log).toEqual(['flight', 'hotel', 'hotel', 'hotel', 'car'])
    // Seconds later the options are still those of the start.
    expect([sent(b.place.car).ref, b.end.calls.length]).toEqual(['Oslo at 0', 1])
  })

  test('undoes the failed step too, without a reply, where it may have taken effect', async () => {
    for (const failure of [() => new Cut({}), () => new Down({})]) {
      const b = booking({ hotel: refusing(always, failure) })
      await using t = testFlow(b.flow)
      const { dead } = await t.send({ to: 'Oslo' })
      expect(b.log).toEqual(['flight', 'hotel', 'hotel', 'hotel', 'no hotel', 'no flight'])
      expect(sent(b.place['no hotel']).reply).toBeUndefined()
      expect(dead[0]!.error['undone']).toEqual(['hotel', 'flight'])
    }
  })

  test('undoes the failed step too where nothing says that it had no effect, but an unsafe one that refused', async () => {
    for (const [effect, times] of [
      ['keyed', 1],
      ['idempotent', 1],
      ['unsafe', 0],
    ] as const) {
      const pay = remote<Bad>('pay', () => new Bad({}), { effect })
      const refund = fine<Order>('refund')
      const undo = { undo: refund.with(({ body }: { readonly body: Order }) => body) }
      const s = saga('s')
        .input<Order>()
        .step(
          'pay',
          pay.with(({ body }) => body),
          undo,
        )
      await using t = testFlow(flow('f').input<Order>().through(s).otherwise(deadLetter()))
      await t.send({ n: 1 })
      expect([effect, pay.calls.length, refund.calls.length]).toEqual([effect, 1, times])
    }
  })

  test('undoes an unsafe step whose outcome is unknown', async () => {
    const pay = remote<Cut>('pay', () => new Cut({}), { effect: 'unsafe' })
    const refund = fine<Order>('refund')
    const s = saga('s')
      .input<Order>()
      .step(
        'pay',
        pay.with(({ body }) => body),
        { undo: refund.with(({ body }) => body) },
      )
    const f = flow('f').input<Order>().through(s).otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 1 })
    expect([pay.calls.length, refund.calls.length]).toEqual([1, 1])
    expect(dead[0]!.error).toMatchObject({ failure: { _tag: 'OutcomeUnknown' }, undone: ['pay'] })
  })

  test('goes on undoing when a compensation fails in the end: that is a dead letter, and part of the failure', async () => {
    const b = booking({ car: refusing(always), 'no hotel': refusing(3, () => new Down({})) })
    await using t = testFlow(b.flow)
    const r = await t.send({ to: 'Oslo' })
    expect(b.log).toEqual(['flight', 'hotel', 'car', 'no hotel', 'no hotel', 'no hotel', 'no flight'])
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([
      ['trip/undo hotel', 'Down'],
      ['trip/goes on', 'SagaFailed'],
    ])
    expect(r.dead[1]!.error).toMatchObject({
      undone: ['flight'],
      notUndone: [{ step: 'hotel', failure: { _tag: 'Down' } }],
    })
    // Somebody has mended it: the compensation runs, and nothing else does.
    const after = await t.replay(r.dead[0]!.id)
    expect([after.dead.map((d) => d.hop), b.log.length, b.log.at(-1)]).toEqual([
      ['trip/goes on'],
      8,
      'no hotel',
    ])
  })

  test('tells the alert of a compensation when it has failed in the end', async () => {
    const pager = fine<never>('pager')
    const undo = remote<Bad>('undo', () => new Bad({}))
    const s = saga('s')
      .input<Order>()
      .step(
        'one',
        fine('one').with(({ body }) => body),
        { undo: undo.with(({ body }) => body), alert: pager as never },
      )
      .step(
        'two',
        remote<Bad>('two', () => new Bad({})).with(({ body }) => body),
      )
    await using t = testFlow(flow('f').input<Order>().through(s).otherwise(deadLetter()))
    const { alerts } = await t.send({ n: 1 })
    expect(alerts).toMatchObject([{ hop: 's/undo one', tag: 'Bad', verdict: 'dead' }])
  })

  test('fails again the same way when its dead letter is replayed, and anew when the whole message is', async () => {
    const b = booking({ car: refusing(1) })
    await using t = testFlow(b.flow)
    const { dead } = await t.send({ to: 'Oslo' })
    const again = await t.replay(dead[0]!.id)
    expect([again.dead[0]!.error._tag, b.log.length]).toEqual(['SagaFailed', 5])
    const anew = await t.replay(again.dead[0]!.id, 'message')
    expect([anew.dead, b.end.calls.length]).toEqual([[], 1])
    expect(new Set(b.place.flight.calls.map((c) => c.key)).size).toBe(2)
  })

  test('repeats nothing that was done over crashes, while it does and while it undoes', async () => {
    for (let ms = 0; ms <= 9000; ms += 500) {
      const b = booking({
        hotel: refusing(2, () => new Down({})),
        car: refusing(always),
        'no hotel': refusing(1, () => new Down({})),
      })
      await using t = testFlow(b.flow)
      await t.give({ to: 'Oslo' })
      await t.run(ms)
      await t.restart()
      const r = await t.settle()
      expect(b.log).toEqual(['flight', 'hotel', 'hotel', 'hotel', 'car', 'no hotel', 'no hotel', 'no flight'])
      expect([r.dead.length, r.pending]).toEqual([1, 0])
    }
  })

  test('is undone when its time is over, and completes when it is done in time', async () => {
    const late = booking({ hotel: refusing(always, () => new Down({})) }, { within: '2s' })
    await using t = testFlow(late.flow)
    const r = await t.send({ to: 'Oslo' })
    expect(late.log).toEqual(['flight', 'hotel', 'hotel', 'no hotel', 'no flight'])
    expect(r.dead[0]!.error).toMatchObject({ step: 'hotel', failure: { _tag: 'DeadlineExceeded' } })
    const inTime = booking({}, { within: '2s' })
    await using u = testFlow(inTime.flow)
    await u.send({ to: 'Oslo' })
    expect([inTime.log.length, inTime.end.calls.length]).toEqual([3, 1])
  })

  test('begins no further step when its time is over, though the one before it ended well', async () => {
    const slow = remote<never>('slow', (_o, ctx) => ctx.clock.sleep(2500).then(() => ({})))
    const [undo, later, undoLater] = [fine<Order>('undo'), fine<Order>('later'), fine<Order>('undo later')]
    const s = saga('s', { within: '2s' })
      .input<Order>()
      .step(
        'slow',
        slow.with(({ body }) => body),
        { undo: undo.with(({ body }) => body) },
      )
      .step(
        'later',
        later.with(({ body }) => body),
        { undo: undoLater.with(({ body }) => body) },
      )
    await using t = testFlow(flow('f').input<Order>().through(s).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    expect([slow, undo, later, undoLater].map((r) => r.calls.length)).toEqual([1, 1, 0, 0])
    expect(dead.map((d) => d.error)).toMatchObject([
      { step: 'later', failure: { _tag: 'DeadlineExceeded' }, undone: ['slow'] },
    ])
  })

  test('is undone when the deadline of its message passes, and undoing has no deadline', async () => {
    const b = booking(
      { car: refusing(always, () => new Down({})), 'no hotel': refusing(2, () => new Down({})) },
      {},
      { deadline: '1500ms' },
    )
    await using t = testFlow(b.flow)
    const r = await t.send({ to: 'Oslo' })
    expect(b.log.slice(-5)).toEqual(['no car', 'no hotel', 'no hotel', 'no hotel', 'no flight'])
    expect(r.dead.map((d) => d.error._tag)).toEqual(['SagaFailed'])
  })

  test('is not left half done when a newer version of its message comes', async () => {
    const keeps = kept()
    const b = booking(
      { hotel: refusing(1, () => new Down({})) },
      {},
      { latest: { key: () => 'k', version: (o: Trip) => o.to } },
    )
    await using t = testFlow(b.flow, { journal: keeps.journal })
    await t.give({ to: 'A' })
    await t.run(500)
    await t.give({ to: 'B' })
    const r = await t.settle()
    expect(b.log.filter((l) => l === 'car').length).toBe(2)
    // The older one is superseded where it would have gone on.
    expect(inputs(b.end).map((i) => (i as { body: Trip }).body.to)).toEqual(['B'])
    expect([r.dead, r.pending, keeps.names()]).toEqual([[], 0, []])
  })
})

describe('bad input of a saga', () => {
  const step = (name: string) => fine(name).with(({ body }: { readonly body: Order }) => body)

  test('a capture that throws, or gives a failure, fails before any step', async () => {
    for (const [capture, tag] of [
      [
        () => {
          throw new Error('boom')
        },
        'StepFailed',
      ],
      [() => new Bad({}), 'Bad'],
    ] as const) {
      const one = fine<Order>('one')
      const s = saga('s')
        .input(capture as (o: Order) => Bad)
        .step(
          'one',
          one.with(({ body }) => body),
        )
      await using t = testFlow(flow('f').input<Order>().through(s).otherwise(deadLetter()))
      const { dead } = await t.send({ n: 1 })
      expect([dead.map((d) => [d.hop, d.error._tag]), one.calls]).toEqual([[['s', tag]], []])
    }
  })

  test('a mapping of a step that throws fails the step; one of a compensation is a dead letter', async () => {
    const boom = (): never => {
      throw new Error('boom')
    }
    const s = saga('s')
      .input<Order>()
      .step('one', step('one'), { undo: fine<Order>('no one').with(boom) })
      .step('two', fine<Order>('two').with(boom))
    await using t = testFlow(flow('f').input<Order>().through(s).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    expect(new Map(dead.map((d) => [d.hop, d.error._tag]))).toEqual(
      new Map([
        ['s/undo one', 'StepFailed'],
        ['s/goes on', 'SagaFailed'],
      ]),
    )
  })

  test('names that clash, and a saga without steps, are refused', () => {
    const s = saga('s').input<Order>().step('one', step('one'))
    for (const name of ['one', 'goes on', 'undo one'])
      expect(() => s.step(name, step('x'))).toThrow('the name is taken')
    expect(() => s.step('a/b', step('x'))).toThrow('expected a name')
    expect(() => saga('s', { within: 'x' as '1s' })).toThrow('within: expected a duration')
    expect(() =>
      flow('f')
        .input<Order>()
        .through(saga('s').input<Order>() as never),
    ).toThrow('expected a pattern')
  })

  test('a step that hangs is given up when the time of the saga is over', async () => {
    const undo = fine<Order>('undo')
    const hangs = remote('hangs', (_i, ctx) => forever(ctx), {
      destination: createDestination({ name: 'h', circuit: false }),
    })
    const s = saga('s', { within: '5s' })
      .input<Order>()
      .step(
        'hangs',
        hangs.with(({ body }) => body),
        { undo: undo.with(({ body }) => body) },
      )
    await using t = testFlow(flow('f').from(given<Order>()).through(s).otherwise(deadLetter()))
    await t.give({ n: 1 })
    const { dead } = await t.run(10_000)
    expect([undo.calls.length, dead.map((d) => d.error._tag)]).toEqual([1, ['SagaFailed']])
  })
})

describe('a saga in memory', () => {
  const call = (answers: Parameters<typeof booking>[0]) => {
    const b = booking(answers)
    return {
      b,
      flow: b.flow as unknown as {
        call(t: Trip): Promise<{ readonly _tag: string; readonly left?: unknown; readonly right?: unknown }>
      },
    }
  }

  test('does and undoes in the same order', async () => {
    const good = call({})
    expect(await good.flow.call({ to: 'Oslo' })).toMatchObject({
      _tag: 'Right',
      right: { replies: { car: { id: 'car 1' } } },
    })
    const bad = call({ car: refusing(1) })
    expect(await bad.flow.call({ to: 'Oslo' })).toMatchObject({
      left: { _tag: 'SagaFailed', undone: ['hotel', 'flight'] },
    })
    expect(bad.b.log).toEqual(['flight', 'hotel', 'car', 'no hotel', 'no flight'])
    const stuck = call({ car: refusing(1), 'no hotel': refusing(1) })
    expect(await stuck.flow.call({ to: 'Oslo' })).toMatchObject({
      left: { undone: ['flight'], notUndone: [{ step: 'hotel' }] },
    })
  })
})
