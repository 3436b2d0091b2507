import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  createRuntime,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  silentLogger,
  type Clock,
  type Intake,
  type Journal,
  type Runtime,
  type RuntimeOptions,
  type Source,
} from '../../src/index.js'
import { testFlow, virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { faultyJournal } from '../runtime/faulty-journal.js'
import { Bad, Down, failing, fine, forever, hanging, remote, type Order } from './remote.js'
import { orders } from './source.js'

interface Service {
  readonly runtime: Runtime
  readonly clock: VirtualClock
  readonly intake: () => Intake
  /** Timers that are set and have neither fired nor been cancelled, background ones included. */
  readonly timers: () => number
  /** Stops, moving time as far as it takes; gives the virtual milliseconds. */
  stop(): Promise<number>
}

/** A runtime on a virtual clock that counts every timer. */
const service = (
  make: (source: Source<Order>) => RuntimeOptions['flows'][number],
  o: {
    source?: Partial<Source<Order>>
    journal?: (clock: Clock) => Journal
    runtime?: Partial<RuntimeOptions>
  } = {},
): Service => {
  const clock = virtualClock()
  let timers = 0
  const after: Clock['after'] = (ms, f, options) => {
    let ended = false
    const end = (): void => {
      if (!ended) timers--
      ended = true
    }
    timers++
    const cancel = clock.after(ms, () => (end(), f()), options)
    return () => (end(), cancel())
  }
  const counting: Clock = {
    now: () => clock.now(),
    soon: (f) => clock.soon(f),
    after,
    sleep: (ms, s) => clock.sleep(ms, s),
  }
  let intake: Intake | undefined
  const source: Source<Order> = { ...orders(), start: (i) => ((intake = i), { stop() {} }), ...o.source }
  const runtime = createRuntime({
    flows: [make(source)],
    journal: o.journal?.(counting) ?? memoryJournal({ clock: counting }),
    clock: counting,
    log: silentLogger,
    ...o.runtime,
  })
  return {
    runtime,
    clock,
    intake: () => intake!,
    timers: () => timers,
    async stop() {
      const from = clock.now()
      let over = false
      const stopped = runtime.stop().finally(() => (over = true))
      while (!over) await clock.advanceBy(100)
      await stopped
      return clock.now() - from
    },
  }
}

const give = (s: Service, n = 1) => s.intake().accept([{ raw: { n }, type: 't', undecodable: 'refuse' }])

describe('S11 stop drains', () => {
  test('what is in flight ends and is committed; it is not done again at the next start', async () => {
    const to = remote('to', async (_b, ctx) => {
      await ctx.clock.sleep(5000)
      return {}
    })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()))
    await t.give({ n: 1 })
    await t.run(1000)
    await t.restart({ clean: true })
    const r = await t.settle()
    expect([to.calls.length, r.delivered.length, r.pending]).toEqual([1, 1, 0])
  })

  test('sources stop first: no hop is let go before they have', async () => {
    const order: string[] = []
    const to = remote('to', async (_b, ctx) => {
      await ctx.clock.sleep(500)
      order.push('hop')
      return {}
    })
    const source = { start: (): { stop: () => void } => ({ stop: () => void order.push('source') }) }
    let intake: Intake
    const s = service((src) => flow('f').from(src).to(to).otherwise(byKind()), {
      source: { start: (i) => ((intake = i), source.start()) },
    })
    await s.runtime.start()
    await intake!.accept([{ raw: { n: 1 }, type: 't', undecodable: 'refuse' }])
    await s.clock.advanceBy(100)
    await s.stop()
    expect(order).toEqual(['source', 'hop'])
  })

  test('what waits for its next attempt stays in the journal, and holds stop up for no moment', async () => {
    const to = failing('to', 1)
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(to)
        .otherwise(retry({ initial: '1h', jitter: 'none' })),
    )
    await t.give({ n: 1 })
    await t.run(1000)
    const before = t.clock.now()
    await t.stop()
    expect(t.clock.now()).toBe(before)
    const r = await t.settle()
    expect([to.calls.map((c) => c.attempt), r.pending]).toEqual([[1, 2], 0])
  })

  test('no new hop is begun while it drains', async () => {
    const second = fine('second')
    const first = remote('first', async (_b, ctx) => {
      await ctx.clock.sleep(1000)
      return {}
    })
    await using t = testFlow(flow('f').input<Order>().to(first).to(second).otherwise(byKind()))
    await t.give({ n: 1 })
    await t.run(10)
    await t.stop()
    expect(second.calls).toEqual([])
    await t.settle()
    expect([first.calls.length, second.calls.length]).toEqual([1, 1])
  })
})

describe('S11 when the grace is over', () => {
  test('the signal aborts, and the message goes back without an attempt spent', async () => {
    const reasons: string[] = []
    let life = 1
    const to = remote('to', async (_b, ctx) => {
      if (life > 1) return {}
      ctx.signal.addEventListener('abort', () => reasons.push((ctx.signal.reason as Error).name))
      await ctx.clock.sleep(3_600_000, ctx.signal)
      return {}
    })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()), {
      runtime: { grace: '3s' },
    })
    await t.give({ n: 1 })
    await t.run(1000)
    const before = t.clock.now()
    await t.stop()
    expect([t.clock.now() - before, reasons]).toEqual([3000, ['AbortError']])
    life = 2
    const r = await t.settle()
    expect(to.calls.map((c) => c.attempt)).toEqual([1, 1])
    expect(r).toMatchObject({ dead: [], pending: 0 })
  })

  test('what a step makes of the abort is no outcome: no failure, no recovery, no dead letter', async () => {
    let life = 1
    const to = remote<Bad>('to', async (_b, ctx) => {
      if (life > 1) return {}
      await ctx.clock.sleep(3_600_000, ctx.signal).catch(() => {})
      return new Bad({})
    })
    const after = fine('after')
    const f = flow('f')
      .input<Order>()
      .to(to)
      .recover('Bad', () => ({ n: -1 }))
      .to(after)
      .otherwise(byKind())
    await using t = testFlow(f, { runtime: { grace: '1s' } })
    await t.give({ n: 1 })
    await t.run(10)
    await t.stop()
    life = 2
    const r = await t.settle()
    expect(after.calls.map((c) => c.input)).toEqual([{ n: 1 }])
    expect(r).toMatchObject({ dead: [], pending: 0 })
  })

  test('a step that succeeds in spite of the abort has succeeded', async () => {
    const to = remote('to', async (_b, ctx) => {
      await ctx.clock.sleep(3_600_000, ctx.signal).catch(() => {})
      return {}
    })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()), {
      runtime: { grace: '1s' },
    })
    await t.give({ n: 1 })
    await t.run(10)
    await t.restart({ clean: true })
    const r = await t.settle()
    expect([to.calls.length, r.pending]).toEqual([1, 0])
  })

  test('a step that does not listen is left behind; its message goes back', async () => {
    let life = 1
    const to = remote('to', (_b, ctx) => (life === 1 ? forever(ctx) : {}))
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()), {
      runtime: { grace: '2s' },
    })
    await t.give({ n: 1 })
    await t.run(10)
    await t.stop()
    life = 2
    const r = await t.settle()
    expect([to.calls.map((c) => c.attempt), r.pending]).toEqual([[1, 1], 0])
  })

  test('a clean stop is no crash, however often it happens', async () => {
    let life = 0
    const to = remote('to', (_b, ctx) => (life < 12 ? forever(ctx) : {}))
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()), {
      runtime: { grace: '0s' },
    })
    await t.give({ n: 1 })
    for (life = 0; life < 12; life++) {
      await t.run(10)
      await t.restart({ clean: true })
    }
    const r = await t.settle()
    expect([to.calls.length, r.dead, r.pending]).toEqual([13, [], 0])
  })

  test('a call that queues for a slot of its destination is let go too', async () => {
    const destination = createDestination({ name: 'narrow', concurrency: 1, circuit: false })
    const to = remote('to', (_b, ctx) => forever(ctx), { destination })
    const other = remote('other', (_b, ctx) => forever(ctx), { destination })
    const f = flow('f').input<Order>().fanOut({ to, other }).otherwise(byKind())
    await using t = testFlow(f, { runtime: { grace: '1s' } })
    await t.give({ n: 1 })
    await t.run(10)
    await t.stop()
    expect(to.calls.length + other.calls.length).toBe(1)
  })
})

describe('S11 no wait is unbounded, no timer outlives stop()', () => {
  test('after stop no timer is left, background ones included, whatever was under way', async () => {
    const f = (src: Source<Order>) =>
      flow('f')
        .from(src, { deadline: '1h' })
        .fanOut({ hang: hanging('hang'), again: failing('again', Infinity), ok: fine('ok') })
        .otherwise(retry({ initial: '1m' }))
    const s = service(f, { source: { single: true } })
    await s.runtime.start()
    await give(s)
    await s.clock.advanceBy(5000)
    expect(s.timers()).toBeGreaterThan(0)
    await s.stop()
    expect(s.timers()).toBe(0)
  })

  test('nor while a destination is parked', async () => {
    const parked = remote<Down>('to', () => new Down({}), {
      seen: () => ({ as: 'refused', retryAt: Date.UTC(2027, 0) }),
    })
    const s = service((src) => flow('f').from(src).to(parked).otherwise(byKind()))
    await s.runtime.start()
    await give(s)
    await s.clock.advanceBy(100)
    expect(s.runtime.health().parked).toHaveLength(1)
    await s.stop()
    expect(s.timers()).toBe(0)
  })

  test('a journal that takes no commit does not hold stop up for ever', async () => {
    const store = memoryStore()
    let to = fine('to')
    const s = service((src) => flow('f').from(src).to(to).otherwise(byKind()), {
      journal: (clock) => faultyJournal(memoryJournal({ clock, store }), (call) => call === 'commit'),
    })
    await s.runtime.start()
    await give(s)
    await s.clock.advanceBy(100)
    expect(await s.stop()).toBeLessThan(60_000)
    expect([to.calls.length, s.timers()]).toEqual([1, 0])
    to = fine('to')
    const next = service((src) => flow('f').from(src).to(to).otherwise(byKind()), {
      journal: (clock) => memoryJournal({ clock, store }),
    })
    await next.runtime.start()
    await next.clock.advanceBy(100)
    expect(to.calls).toHaveLength(1)
    await next.stop()
  })

  test('a source that never stops, or fails to, does not hold stop up for ever', async () => {
    const stops = [
      () => new Promise<void>(() => {}),
      () => Promise.reject(new Error('cannot stop')),
      () => {
        throw new Error('cannot stop')
      },
    ]
    for (const stop of stops) {
      const s = service((src) => flow('f').from(src).to(fine('to')).otherwise(byKind()), {
        source: { start: () => ({ stop }) },
      })
      await s.runtime.start()
      await s.clock.advanceBy(10)
      expect(await s.stop()).toBeLessThan(60_000)
      expect([s.runtime.health().status, s.timers()]).toEqual(['stopped', 0])
    }
  })
})

describe('S11 after stop', () => {
  test('nothing is accepted: the source is told before, and refused after', async () => {
    const s = service((src) => flow('f').from(src).to(fine('to')).otherwise(byKind()))
    await s.runtime.start()
    const { signal } = s.intake()
    expect(signal.aborted).toBe(false)
    const stopping = s.runtime.stop()
    expect(signal.aborted).toBe(true)
    expect(s.intake().load()).toMatchObject({ retryAfter: 5 })
    await s.clock.advanceBy(100)
    await stopping
    await expect(give(s)).rejects.toMatchObject({ _tag: 'JournalUnavailable', trouble: 'closed' })
  })

  test('stop may be called twice, before start, and while it starts', async () => {
    const make = () => service((src) => flow('f').from(src).to(fine('to')).otherwise(byKind()))
    const twice = make()
    await twice.runtime.start()
    await Promise.all([twice.runtime.stop(), twice.runtime.stop()])
    const early = make()
    await early.runtime.stop()
    await expect(early.runtime.start()).rejects.toThrow(/stopped/)
    for (let ticks = 0; ticks < 12; ticks++) {
      const during = make()
      const started = during.runtime.start().catch(() => {})
      for (let i = 0; i < ticks; i++) await Promise.resolve()
      await during.stop()
      await started
      await during.clock.advanceBy(60_000)
      expect([ticks, during.timers(), during.runtime.health().status]).toEqual([ticks, 0, 'stopped'])
    }
  })
})
