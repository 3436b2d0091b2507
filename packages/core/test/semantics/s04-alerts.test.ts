import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  discard,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  target,
  right,
  type Alert,
  type AlertTarget,
  type Context,
} from '../../src/index.js'
import { testFlow, type TestOptions } from '../../src/testing/index.js'
import { faultyJournal, type FaultyJournal } from '../runtime/faulty-journal.js'
import { Bad, Down, failing, forever, hanging, remote, type Order } from './remote.js'

const pager = (
  name = 'pager',
  answer: (a: Alert, nth: number, ctx: Context) => unknown = () => ({}),
): AlertTarget & { calls: { input: Alert }[] } =>
  remote<never, Alert>(name, (a, ctx, nth) => answer(a, nth, ctx))

const bad = (n = Infinity) => failing<Bad>('to', n, () => new Bad({ status: 422 }))

/** Options with a journal that keeps every commit. */
const recording = (): { options: TestOptions; journal: () => FaultyJournal } => {
  const store = memoryStore()
  let made: FaultyJournal | undefined
  const options: TestOptions = {
    journal: (clock) => (made = faultyJournal(memoryJournal({ clock, store }), () => false)),
  }
  return { options, journal: () => made! }
}

describe('S4 an alert is an entry emitted in the same commit as the verdict', () => {
  test('the settlement of the dead letter carries the alert entry and the count of its group', async () => {
    const { options, journal } = recording()
    await using t = testFlow(
      flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(pager())),
      options,
    )
    await t.send({ n: 1 })
    const verdict = journal()
      .commits.flat()
      .find((s) => s.as === 'dead')!
    expect(verdict.emit).toMatchObject([{ flow: 'f', hop: 'alert pager' }])
    expect(verdict.state).toMatchObject([{ expect: 0, value: { now: { count: 1 } } }])
  })

  test('a crash right after the verdict does not lose the alert', async () => {
    let life = 1
    const to = pager('pager', (_a, _nth, ctx) => (life === 1 ? forever(ctx) : {}))
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(to)))
    await t.give({ n: 1 })
    await t.run(10)
    expect(to.calls).toHaveLength(1)
    life = 2
    await t.restart()
    const r = await t.settle()
    expect(r.alerts).toHaveLength(1)
    expect(r.dead).toHaveLength(1)
  })

  test('several are told, each by an entry of its own: one that is down does not repeat the other', async () => {
    const chat = pager('chat')
    const phone = pager('phone', (_a, nth) => (nth < 3 ? new Down({}) : {}))
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(bad())
        .otherwise(deadLetter().alert(chat, phone, chat)),
    )
    const r = await t.sendAll([{ n: 1 }, { n: 2 }, { n: 3 }])
    await t.settle()
    expect(r.dead).toHaveLength(3)
    expect(chat.calls.map(({ input }) => input.count)).toEqual([1, 3])
    expect(phone.calls.length).toBeGreaterThan(chat.calls.length)
    expect(new Set(phone.calls.map(({ input }) => input.count))).toEqual(new Set([1, 3]))
  })

  test('an alert says what, where, how many, and how to replay', async () => {
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(pager())))
    const r = await t.send({ n: 1 })
    const at = t.clock.now()
    expect(r.alerts).toMatchObject([
      {
        flow: 'f',
        hop: 'to',
        tag: 'Bad',
        count: 1,
        since: at,
        until: at,
        verdict: 'dead',
        sample: { id: r.dead[0]!.id, error: { _tag: 'Bad', status: 422 } },
      },
    ])
    expect(r.alerts[0]!.replay).toContain('"hop":"to"')
  })

  test('a thousand failures of one window are two alerts: the first at once, the rest when the window is over', async () => {
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(pager())))
    const start = t.clock.now()
    const r = await t.sendAll(Array.from({ length: 1000 }, (_, n) => ({ n })))
    expect(r.dead).toHaveLength(1000)
    expect(r.alerts.map((a) => a.count)).toEqual([1, 1000])
    expect(t.clock.now() - start).toBe(5 * 60_000)
  })

  test('failures apart in time but in one window: the first is told at once with its own count', async () => {
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(pager())))
    await t.give({ n: 1 })
    const first = await t.run(1000)
    expect(first.alerts.map((a) => a.count)).toEqual([1])
    for (const n of [2, 3]) {
      await t.give({ n })
      await t.run(1000)
    }
    const r = await t.settle()
    expect(r.alerts.map((a) => a.count)).toEqual([1, 3])
  })

  test('another window, another flow, hop or tag is another group', async () => {
    const to = remote<Bad | Down>('to', (b) => (b.n % 2 === 0 ? new Bad({}) : new Down({})))
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(deadLetter().alert(pager())), {
      runtime: { alertWindow: '1m' },
    })
    await t.sendAll([{ n: 1 }, { n: 2 }])
    await t.run(60_000)
    const r = await t.send({ n: 2 })
    expect(r.alerts.map((a) => [a.tag, a.count])).toEqual([
      ['Down', 1],
      ['Bad', 1],
      ['Bad', 1],
    ])
  })

  test('a group goes on being counted after a crash', async () => {
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(pager())))
    await t.give({ n: 1 })
    await t.run(100)
    await t.restart()
    await t.give({ n: 2 })
    await t.run(100)
    const r = await t.settle()
    expect(r.alerts.map((a) => a.count)).toEqual([1, 2])
  })

  test('discard tells too, and a retry tells once: when it gives up', async () => {
    const gone = testFlow(flow('f').input<Order>().to(bad()).otherwise(discard('gone').alert(pager())))
    expect((await gone.send({ n: 1 })).alerts.map((a) => a.verdict)).toEqual(['discarded'])
    await gone.stop()
    const tired = retry({ attempts: 3, initial: '1s' }).alert(pager())
    const again = testFlow(flow('f').input<Order>().to(failing('to', Infinity)).otherwise(tired))
    expect((await again.send({ n: 1 })).alerts.map((a) => [a.verdict, a.count])).toEqual([['dead', 1]])
    await again.stop()
    const passing = testFlow(flow('f').input<Order>().to(failing('to', 2)).otherwise(tired))
    expect((await passing.send({ n: 1 })).alerts).toEqual([])
    await passing.stop()
  })
})

describe('S4 an alert is delivered by its own hop', () => {
  test('a pager that does not answer keeps nothing from the message or the other messages', async () => {
    const to = remote<Bad>('to', (b) => (b.n === 1 ? new Bad({}) : {}))
    const slow = hanging('pager') as unknown as AlertTarget
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(deadLetter().alert(slow)))
    await t.give({ n: 1 })
    await t.give({ n: 2 })
    const r = await t.run(1000)
    expect([r.dead.length, r.delivered.length]).toEqual([1, 1])
  })

  test('a failing alert follows byKind: transient is retried', async () => {
    const to = pager('pager', (_a, nth) => (nth < 4 ? new Down({}) : {}))
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(to)))
    const r = await t.send({ n: 1 })
    expect([to.calls.length, r.alerts.length, r.dead.length]).toEqual([4, 1, 1])
  })

  test('a keyed alert that is sent again says what it said first, however many have failed since', async () => {
    const said: { readonly key: string; readonly count: number }[] = []
    const to = pager('pager', (a, nth, ctx) => {
      said.push({ key: ctx.key, count: a.count })
      return nth === 1 ? new Down({}) : {}
    })
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(to)))
    await t.give({ n: 1 })
    await t.run(0)
    expect(said).toHaveLength(1)
    await t.send({ n: 2 })
    const first = said.filter(({ key }) => key === said[0]!.key)
    expect(first.map(({ count }) => count)).toEqual([1, 1])
  })
  test('a failing alert raises no further alert: it is a dead letter of its hop', async () => {
    const to = pager('pager', () => new Bad({}))
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(to)))
    const r = await t.send({ n: 1 })
    expect(to.calls).toHaveLength(1)
    expect(r.dead.map((d) => d.hop)).toEqual(['to', 'alert pager'])
  })

  test('createRuntime({ alert }) is told of a lost alert, and of nothing when that is lost too', async () => {
    const lost = pager('pager', () => new Bad({}))
    const last = pager('last', () => new Bad({}))
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter().alert(lost)), {
      runtime: { alert: last },
    })
    await t.send({ n: 1 })
    expect(last.calls.map((c) => [c.input.verdict, c.input.flow, c.input.hop])).toEqual([
      ['alert lost', 'f', 'alert pager'],
    ])
  })

  test('createRuntime({ alert }) is told of a crashed entry', async () => {
    const last = pager('last')
    await using t = testFlow(flow('f').input<Order>().to(hanging('to')).otherwise(deadLetter()), {
      runtime: { alert: last },
    })
    await t.give({ n: 1 })
    await t.run(10)
    for (let i = 0; i < 6; i++) {
      await t.restart()
      await t.run(10)
    }
    expect(last.calls.map((c) => [c.input.verdict, c.input.tag, c.input.hop])).toEqual([
      ['crashed', 'Crashed', 'to'],
    ])
  })

  test('an ordinary dead letter without an alert of its own is told to nobody', async () => {
    const last = pager('last')
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(deadLetter()), {
      runtime: { alert: last },
    })
    await t.send({ n: 1 })
    expect(last.calls).toEqual([])
  })
})

describe('S4 a failure in handling never triggers another route', () => {
  test('an alert whose mapping throws leaves the verdict as it is', async () => {
    const real = target<string, unknown, never, 'idempotent'>({
      name: 'pager',
      destination: createDestination({ name: 'pager' }),
      effect: 'idempotent',
      call: () => ({ result: right({}), seen: { as: 'ok' } }),
    })
    const broken = real.with((_a: Alert): string => {
      throw new Error('a broken template')
    })
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(discard('known').alert(broken)))
    const r = await t.send({ n: 1 })
    expect(r.dead).toMatchObject([{ hop: 'alert pager', error: { _tag: 'StepFailed' } }])
    const counts = await t.runtime.counts()
    expect(counts.find((c) => c.hop === 'to' && c.what === 'discarded')?.n).toBe(1)
  })

  test('what a listener throws on hearing of a dead letter changes nothing about it', async () => {
    await using t = testFlow(flow('f').input<Order>().to(bad()).otherwise(byKind()))
    t.runtime.events.on('dead', () => {
      throw new Error('a broken listener')
    })
    const r = await t.send({ n: 1 })
    expect(r.dead).toHaveLength(1)
    expect((await t.send({ n: 2 })).dead).toHaveLength(2)
  })
})
