import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  flow,
  memoryJournal,
  memoryStore,
  silentLogger,
  type Deployable,
  type Intake,
  type MemoryStore,
  type RuntimeOptions,
  type Source,
} from '../../src/index.js'
import { virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { counted } from '../semantics/counted.js'
import { failing, fine, inputs, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

/** One process of a service, on a clock and a store that it may share. */
const service = (
  flows: readonly Deployable[],
  o: {
    clock?: VirtualClock
    store?: MemoryStore
    processes?: 'one' | 'many'
    runtime?: Partial<RuntimeOptions>
  } = {},
) => {
  const clock = o.clock ?? virtualClock()
  const journal = memoryJournal({ clock, store: o.store ?? memoryStore(), processes: o.processes ?? 'one' })
  const runtime = createRuntime({ flows, journal, clock, log: silentLogger, ...o.runtime })
  const stop = async (): Promise<void> => {
    let over = false
    const stopped = runtime.stop().finally(() => (over = true))
    while (!over) await clock.advanceBy(100)
    await stopped
  }
  return { clock, runtime, stop }
}

/** A source that keeps its intakes, and how often it was started and stopped. */
const watched = (more: Partial<Source<Order>> = {}) => {
  const seen = { intakes: [] as Intake[], stops: 0 }
  const source: Source<Order> = {
    ...orders(),
    start: (i) => {
      seen.intakes.push(i)
      return { stop: () => void seen.stops++ }
    },
    ...more,
  }
  return { source, seen }
}
const message = (n: number) => ({ raw: { n }, type: 't', undecodable: 'refuse' as const })

describe('sources', () => {
  test('one source of two flows gives each message to both, in one transaction', async () => {
    const { source, seen } = watched()
    const [a, b] = [fine('a'), fine('b')]
    const s = service([
      flow('one').from(source).to(a).otherwise(byKind()),
      flow('two').from(source).to(b).otherwise(byKind()),
    ])
    await s.runtime.start()
    await seen.intakes[0]!.accept([message(1), message(2)])
    await s.clock.advanceBy(10)
    expect([inputs(a).map((x) => x.n), inputs(b).map((x) => x.n), seen.intakes.length]).toEqual([
      [1, 2],
      [1, 2],
      1,
    ])
    await s.stop()
    expect(seen.stops).toBe(1)
  })

  test('the cursor moves with its batch, and a cursor that somebody moved meanwhile stores nothing', async () => {
    const { source, seen } = watched()
    const store = memoryStore()
    const s = service([flow('f').from(source).to(fine('to')).otherwise(byKind())], { store })
    await s.runtime.start()
    const intake = seen.intakes[0]!
    expect(await intake.cursor()).toBeUndefined()
    await intake.accept([message(1)], { page: 1 })
    await intake.accept([], { page: 2 })
    expect(await intake.cursor()).toEqual({ page: 2 })
    await s.stop()
    const next = service([flow('f').from(source).to(fine('to')).otherwise(byKind())], { store })
    await next.runtime.start()
    const late = seen.intakes[1]!
    // It has not read the cursor, so it does not know where it stands.
    await expect(late.accept([message(2)], { page: 9 })).rejects.toMatchObject({ _tag: 'JournalUnavailable' })
    expect(counted(await next.runtime.counts(), 'in')).toBe(1)
    expect(await late.cursor()).toEqual({ page: 2 })
    await late.accept([message(2)], { page: 3 })
    await next.stop()
  })

  test('are told to wait when too much is pending, and to go on when it is done', async () => {
    const { source, seen } = watched()
    const to = failing('to', 3)
    const s = service([flow('f').from(source).to(to).otherwise(byKind())], { runtime: { maxPending: 3 } })
    await s.runtime.start()
    const intake = seen.intakes[0]!
    await intake.accept([message(1), message(2)])
    expect(intake.load()).toBeUndefined()
    await intake.accept([message(3)])
    expect(intake.load()).toEqual({ retryAfter: 5 })
    await s.clock.advanceBy(60_000)
    expect(intake.load()).toBeUndefined()
    await s.stop()
  })

  test('that fail to start have start() rejected with why, and nothing is left running', async () => {
    const starts = [
      () => {
        throw new Error('no such port')
      },
      () => Promise.reject(new Error('no such port')),
    ]
    for (const start of starts) {
      const good = watched()
      const bad: Source<Order> = { ...orders('bad'), start }
      const s = service([
        flow('good').from(good.source).to(fine('a')).otherwise(byKind()),
        flow('bad').from(bad).to(fine('b')).otherwise(byKind()),
      ])
      await expect(s.runtime.start()).rejects.toThrow('no such port')
      await s.clock.advanceBy(60_000)
      expect([s.runtime.health().status, good.seen.stops, s.clock.pending()]).toEqual(['stopped', 1, 0])
    }
  })

  test('role work starts none of them, role accept works on nothing', async () => {
    const store = memoryStore()
    const { source, seen } = watched()
    const to = fine('to')
    const f = flow('f').from(source).to(to).otherwise(byKind())
    const accept = service([f], { store, runtime: { role: 'accept' } })
    await accept.runtime.start()
    await seen.intakes[0]!.accept([message(1)])
    await accept.clock.advanceBy(1000)
    expect(to.calls).toEqual([])
    await accept.stop()
    const work = service([f], { store, runtime: { role: 'work' } })
    await work.runtime.start()
    await work.clock.advanceBy(1000)
    expect([to.calls.length, seen.intakes.length]).toEqual([1, 1])
    await work.stop()
  })
})

describe('single sources', () => {
  const pair = (source: Source<Order>) => {
    const clock = virtualClock()
    const store = memoryStore()
    const make = () =>
      service([flow('f').from(source).to(fine('to')).otherwise(byKind())], {
        clock,
        store,
        processes: 'many',
      })
    return { clock, first: make(), second: make() }
  }

  test('run in one process at a time, and move to another when that stops', async () => {
    const { source, seen } = watched({ single: true })
    const { clock, first, second } = pair(source)
    await first.runtime.start()
    await second.runtime.start()
    await clock.advanceBy(120_000)
    expect([seen.intakes.length, seen.stops]).toEqual([1, 0])
    await first.stop()
    await clock.advanceBy(60_000)
    expect([seen.intakes.length, seen.stops]).toEqual([2, 1])
    await second.stop()
    expect(seen.stops).toBe(2)
  })

  test('that fail to start later on are tried again; the process lives', async () => {
    const rejections: unknown[] = []
    const unhandled = (reason: unknown): void => void rejections.push(reason)
    process.on('unhandledRejection', unhandled)
    try {
      let starts = 0
      const { source } = watched({
        single: true,
        start: () => {
          if (++starts === 2) throw new Error('busy')
          return { stop() {} }
        },
      })
      const { clock, first, second } = pair(source)
      await first.runtime.start()
      await second.runtime.start()
      await first.stop()
      await clock.advanceBy(60_000)
      expect([starts, rejections]).toEqual([3, []])
      await second.stop()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })
})
