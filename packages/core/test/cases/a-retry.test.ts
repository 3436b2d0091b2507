import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, failure, flow, retry, when, type Route, type Tagged } from '../../src/index.js'
import { delayAfter, schedule } from '../../src/route/schedule.js'
import { testFlow } from '../../src/testing/index.js'
import { inputs, remote, type Remote } from '../semantics/remote.js'
import { ErrA, Forced, IO } from './support/failures.js'
import { given } from './support/given.js'
import { retries } from './support/retries.js'
import { refusing, sink } from './support/sink.js'

/** Sends one message to a target that fails so often, under a route. */
const sent = async (to: Remote<string, Tagged>, route: Route) => {
  await using t = testFlow(flow('f').input<string>().to(to).otherwise(route))
  const start = t.clock.now()
  const told: string[] = []
  t.runtime.events.on('retry', (e) => told.push(`retry ${e.attempt}`))
  t.runtime.events.on('dead', (e) => told.push(`dead ${e.attempt}`))
  const r = await t.send('Hello World')
  const letters = await t.runtime.deadLetters.list()
  return { ...r, told, letters, at: to.calls.map((c) => c.at - start) }
}

describe('A retry', () => {
  test('A1: a target that fails once is called again after the delay, knows its attempt, and nothing is dead', async () => {
    const to = refusing('to', 1)
    const r = await sent(to, retry({ attempts: 3, delays: ['50ms'], jitter: 'none' }))
    expect([r.at, to.calls.map((c) => c.attempt)]).toEqual([
      [0, 50],
      [1, 2],
    ])
    expect(r.delivered.map((d) => [d.input, d.attempts])).toEqual([['Hello World', 2]])
    expect(r.dead).toEqual([])
  })

  test('A3: retries of n make n + 1 calls, and each retry is told once before it comes', async () => {
    for (const n of [0, 1, 2]) {
      const to = refusing('to')
      const r = await sent(to, retries(n))
      expect(to.calls).toHaveLength(n + 1)
      expect(r.told).toEqual([...['retry 1', 'retry 2'].slice(0, n), `dead ${n + 1}`])
      expect(r.dead).toHaveLength(1)
    }
  })

  test('A8: departs: no hook changes a message between attempts; a rule of one tag replaces the general one whole', async () => {
    const general = retry({ attempts: 4, delays: ['1s'], jitter: 'none' })
    const plain = refusing('plain', 3)
    const io = refusing('io', 3, () => new IO({}))
    const make = (name: string, to: typeof plain | typeof io) =>
      flow(name)
        .input<string>()
        .to(to as typeof io)
        .on('IO', retry({ attempts: 4, delays: ['5s'], jitter: 'none' }))
        .otherwise(general)
    for (const [to, ms] of [
      [plain, 3000],
      [io, 15_000],
    ] as const) {
      await using t = testFlow(make(to.name, to))
      expect((await t.send('Hello World')).virtualMs).toBe(ms)
      expect(inputs<string>(to)).toEqual(Array<string>(4).fill('Hello World'))
    }
  })

  test('A12: a pattern of delays is a pure function of the failed attempts', () => {
    const pattern = schedule({
      delays: Array.from({ length: 20 }, (_, i) =>
        i + 1 < 3 ? '0ms' : i + 1 < 5 ? '1s' : i + 1 < 10 ? '3s' : i + 1 < 20 ? '5s' : '10s',
      ),
    })
    const bounds = [1, 2, 3, 4, 5, 9, 10, 19, 20, 100].map((n) => delayAfter(pattern, n))
    expect(bounds).toEqual([0, 0, 1000, 1000, 3000, 3000, 5000, 5000, 10_000, 10_000])
  })

  test('A13: delays of 250 and 500 ms are kept, the last one repeated, before the message is dead', async () => {
    const to = refusing('to')
    const r = await sent(to, retry({ attempts: 4, delays: ['250ms', '500ms'], jitter: 'none' }))
    expect(r.at).toEqual([0, 250, 750, 1250])
    expect([r.virtualMs, r.dead.length]).toEqual([1250, 1])
  })

  test('A14: departs: what is refused for a while is retried by default, what fails for good is not', async () => {
    const good = sink('to')
    expect(await sent(good, byKind())).toMatchObject({ dead: [], delivered: [{ input: 'Hello World' }] })
    const passing = refusing('to', 2)
    expect(await sent(passing, byKind())).toMatchObject({ dead: [], delivered: [{ attempts: 3 }] })
    const lasting = refusing<ErrA>('to', Infinity, () => new ErrA({}))
    expect((await sent(lasting, byKind())).dead).toHaveLength(1)
    expect(lasting.calls).toHaveLength(1)
    for (const n of [1, 2]) {
      const to = refusing('to')
      await sent(to, retries(n))
      expect(to.calls).toHaveLength(n + 1)
    }
  })

  test('A14: a call in memory is never retried: its caller gets the failure', async () => {
    const to = refusing('to')
    const f = flow('f').input<string>().to(to).on('Forced', retries(5))
    expect(await f.call('x')).toMatchObject({ _tag: 'Left', left: { _tag: 'Forced' } })
    expect(to.calls).toHaveLength(1)
  })

  test('A16: each of four attempts sees the pristine body, whatever the one before did to it', async () => {
    const seen: string[] = []
    const f = flow('f')
      .input<{ text: string }>()
      .map('mutate', (b) => {
        seen.push(b.text)
        b.text = 'changed'
        return b.text === 'changed' ? new Forced({}) : b
      })
      .otherwise(retries(3))
    await using t = testFlow(f)
    const r = await t.send({ text: 'Hello World' })
    expect(seen).toEqual(Array<string>(4).fill('Hello World'))
    expect(r.dead).toMatchObject([{ body: { text: 'Hello World' }, attempts: 4 }])
  })

  test('A18: a retry repeats the hop that failed from its start, and no hop before it', async () => {
    const a = sink('a')
    let mapped = 0
    const b = refusing('b')
    const f = flow('f')
      .input<string>()
      .to(a)
      .map('in the hop', (text) => (mapped++, text))
      .to(b)
      .to(sink('result'))
      .otherwise(retries(3))
    await using t = testFlow(f)
    const r = await t.send('x')
    expect([a.calls.length, mapped, b.calls.length]).toEqual([1, 4, 4])
    expect(r.delivered.map((d) => d.target)).toEqual(['a'])
  })

  test('A19: a message of the same key waits for the retries of the one before; others overtake it', async () => {
    const order = async (key: (b: string) => string): Promise<readonly unknown[]> => {
      const to = remote<Forced, string>('to', (b, ctx) =>
        b === 'World' && ctx.attempt <= 2 ? new Forced({}) : {},
      )
      const f = flow('f')
        .from(given<string>(), { key })
        .to(to)
        .otherwise(retry({ attempts: 6, delays: ['10ms'], jitter: 'none' }))
      await using t = testFlow(f)
      await t.give('World')
      return (await t.send('Camel')).delivered.map((d) => d.input)
    }
    expect(await order(() => 'one key')).toEqual(['World', 'Camel'])
    expect(await order((b) => b)).toEqual(['Camel', 'World'])
  })

  test('A20: departs: a shorter wait for some messages is a case of the route, decided by the failure', async () => {
    class Later extends failure('Later', 'transient')<{ readonly soon: boolean }> {}
    const to = refusing<Later, { text: string; soon: boolean }>(
      'to',
      2,
      (_nth, input) => new Later({ soon: input.soon }),
    )
    const each = (delay: '500ms' | '10s'): Route => retry({ attempts: 6, delays: [delay], jitter: 'none' })
    const f = flow('f')
      .input<{ text: string; soon: boolean }>()
      .to(to)
      .onError({ Later: when((e: Later) => e.soon, each('500ms'), each('10s')) })
    await using t = testFlow(f)
    const r = await t.send({ text: 'World', soon: true })
    expect([r.virtualMs, r.delivered.length]).toEqual([1000, 1])
  })

  test('A23: listeners hear of every failed attempt, the last one as the death', async () => {
    const r = await sent(refusing('to'), retries(3))
    expect(r.told).toEqual(['retry 1', 'retry 2', 'retry 3', 'dead 4'])
  })

  test('A22: departs: a stop while a retry waits is quick and kills nothing; the retry comes after the next start', async () => {
    const to = refusing('to', 1)
    const route = retry({ attempts: 6, delays: ['5s'], jitter: 'none' }).orElse(deadLetter())
    await using t = testFlow(flow('f').input<string>().to(to).otherwise(route))
    await t.give('x')
    await t.run(500)
    const before = t.clock.now()
    await t.restart({ clean: true })
    expect(t.clock.now()).toBe(before)
    const r = await t.settle()
    expect([to.calls.map((c) => c.attempt), r.dead, r.delivered.length]).toEqual([[1, 2], [], 1])
  })
})
