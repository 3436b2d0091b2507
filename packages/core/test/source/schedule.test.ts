import { describe, expect, test } from 'vitest'
import { memoryJournal, memoryStore, type MemoryStore } from '../../src/index.js'
import { schedule } from '../../src/source/schedule.js'
import type { ScheduleOptions } from '../../src/source/schedule-options.js'
import type { Scheduled } from '../../src/source/scheduled.js'
import { virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { faultyJournal } from '../runtime/faulty-journal.js'
import { hanging, remote } from '../semantics/remote.js'
import { faced, service, type FacedClock, type Service, type ServiceOptions } from './service.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 0, 1, 0, 0, 30)
const minute = (n: number): number => Date.UTC(2026, 0, 1, 0, n)

type Loose = Partial<ScheduleOptions> & { cron?: string }
const eachMinute = (o: Loose = {}) =>
  schedule({ name: 'each', ...(o.every === undefined && { cron: '* * * * *' }), ...o } as ScheduleOptions)
const process = (
  clock: VirtualClock,
  store: MemoryStore,
  o: Loose = {},
  more: ServiceOptions<Scheduled> = {},
): Service<Scheduled> => service(eachMinute(o), { clock, store, ...more })
const begin = () => ({ clock: virtualClock({ start: START }), store: memoryStore() })
/** Planned times of runs, as minutes of the day. */
const minutes = (s: Service<Scheduled>): number[] => s.bodies().map((b) => (b.at - minute(0)) / MINUTE)
const said = (s: Service<Scheduled>, level: 'warn' | 'info' = 'warn'): string[] =>
  s.log.at(level).map((l) => l.message)

describe('a schedule', () => {
  test('gives a message at each planned time, and says which run came before', async () => {
    const { clock, store } = begin()
    const s = process(clock, store)
    await s.start()
    await clock.advanceBy(2 * MINUTE)
    await s.stop()
    expect(s.bodies()).toEqual([
      { at: minute(1), late: 0, skipped: 0 },
      { at: minute(2), late: 0, previous: minute(1), skipped: 0 },
    ])
    expect([s.to.calls.map((c) => c.at), clock.pending(), s.log.lines]).toEqual([
      [minute(1), minute(2)],
      0,
      [],
    ])
  })

  test('by every, is at whole multiples, whenever it was started', async () => {
    const { clock, store } = begin()
    const s = process(clock, store, { every: '2m' })
    await s.start()
    await clock.advanceBy(5 * MINUTE)
    await s.stop()
    expect(minutes(s)).toEqual([2, 4])
  })

  test('has its messages told apart by type, time and source', async () => {
    const { clock, store } = begin()
    const seen: unknown[] = []
    const to = remote<never, Scheduled>(
      'to',
      (_run, { message: m }) => void seen.push([m.type, m.time, m.source]),
    )
    const s = process(clock, store, {}, { to })
    await s.start()
    await clock.advanceBy(MINUTE)
    await s.stop()
    expect(seen).toEqual([['schedule', minute(1), 'each']])
  })

  test('deployed for the first time begins with what is planned next', async () => {
    const { clock, store } = begin()
    const s = process(clock, store, { missed: 'all', overlap: 'allow' })
    await s.start()
    await clock.advanceBy(29_000)
    expect(await s.accepted()).toBe(0)
    await s.stop()
  })

  test('with other times than before begins anew, and says so', async () => {
    const { clock, store } = begin()
    const first = process(clock, store)
    await first.start()
    await clock.advanceBy(MINUTE)
    await first.stop()
    await clock.advanceBy(MINUTE)
    const second = process(clock, store, { cron: '15 * * * * *' })
    await second.start()
    await clock.advanceBy(MINUTE)
    await second.stop()
    expect(second.bodies().map((b) => [b.at, b.previous])).toEqual([[minute(3) + 15_000, minute(1)]])
    expect(said(second)).toEqual([
      'schedule "each": begins anew from now: its times were "cron * * * * * in UTC" and are now "cron 15 * * * * * in UTC"',
    ])
  })

  test('runs in one process at a time', async () => {
    const { clock, store } = begin()
    const [a, b] = [1, 2].map(() => process(clock, store, {}, { processes: 'many' }))
    await a!.start()
    await b!.start()
    await clock.advanceBy(2 * MINUTE)
    expect(await a!.accepted()).toBe(2)
    await a!.stop()
    await clock.advanceBy(MINUTE)
    expect(await b!.accepted()).toBe(3)
    await b!.stop()
  })
})

describe('runs that were missed', () => {
  /** Runs for a minute, is down until 00:06:10, and is started again. */
  const away = async (o: Loose, down = 4 * MINUTE + 40_000): Promise<Service<Scheduled>> => {
    const { clock, store } = begin()
    const before = process(clock, store, o)
    await before.start()
    await clock.advanceBy(MINUTE)
    before.crash()
    await clock.advanceBy(down)
    const after = process(clock, store, o)
    await after.start()
    await clock.advanceBy(MINUTE)
    await after.stop()
    return after
  }

  test("'once', the default: one run stands for all of them, and says how many", async () => {
    const s = await away({})
    expect(s.bodies()).toEqual([
      { at: minute(6), late: 10_000, previous: minute(1), skipped: 4 },
      { at: minute(7), late: 0, previous: minute(6), skipped: 0 },
    ])
    expect(said(s)).toEqual(['schedule "each": left out 4 planned runs that were missed'])
  })

  test("'skip': none of them runs, and the next run says how many", async () => {
    const s = await away({ missed: 'skip', tolerance: '9s' })
    expect(s.bodies()).toEqual([{ at: minute(7), late: 0, previous: minute(1), skipped: 5 }])
    expect(said(s)).toEqual(['schedule "each": left out 5 planned runs that were missed'])
  })

  test("'skip': what is no more than the tolerance late was not missed", async () => {
    const s = await away({ missed: 'skip', tolerance: '10s' })
    expect(s.bodies().map((b) => [(b.at - minute(0)) / MINUTE, b.skipped])).toEqual([
      [6, 4],
      [7, 0],
    ])
  })

  test("'all': each of them runs, in order", async () => {
    const s = await away({ missed: 'all', overlap: 'allow' })
    expect(minutes(s)).toEqual([2, 3, 4, 5, 6, 7])
    expect(said(s)).toEqual([])
  })

  test("'all': the newest, when there are more than the limit", async () => {
    const s = await away({ missed: 'all', overlap: 'allow', limit: 2 })
    expect(s.bodies().map((b) => [(b.at - minute(0)) / MINUTE, b.skipped])).toEqual([
      [5, 1],
      [6, 0],
      [7, 0],
    ])
  })

  test('of ten years, each second, are found at once', async () => {
    const { clock, store } = begin()
    const o = { cron: '* * * * * *', missed: 'skip', tolerance: '0s' } as const
    const before = process(clock, store, o)
    await before.start()
    before.crash()
    await clock.advanceBy(10 * 365 * 24 * 60 * MINUTE + 500)
    const after = process(clock, store, o)
    await after.start()
    await clock.advanceBy(500)
    // Counted up to the limit, and one more.
    expect(after.bodies()).toEqual([{ at: clock.now(), late: 0, skipped: 101 }])
    await after.stop()
  })
})

describe('runs that meet an earlier one', () => {
  /** A target that takes 150 seconds for each run. */
  const slow = () => remote<never, Scheduled>('to', (_run, ctx) => ctx.clock.sleep(150_000))
  const long = { runtime: { attempt: '1d' } } as const

  test("'skip', the default: are left out, told, and counted in the next one", async () => {
    const { clock, store } = begin()
    const s = process(clock, store, {}, { to: slow(), ...long })
    await s.start()
    await clock.advanceBy(5 * MINUTE)
    expect(s.bodies().map((b) => [(b.at - minute(0)) / MINUTE, b.skipped])).toEqual([
      [1, 0],
      [4, 2],
    ])
    expect(said(s)).toEqual(
      Array(3).fill('schedule "each": left out a planned run: an earlier one is not done'),
    )
    await s.stop()
  })

  test("'skip': an earlier run that waits for its next attempt counts, over a restart", async () => {
    const { clock, store } = begin()
    const first = process(clock, store, {}, { to: hanging('to') as never, ...long })
    await first.start()
    await clock.advanceBy(MINUTE)
    first.crash()
    const second = process(clock, store, {}, { to: hanging('to') as never, ...long })
    await second.start()
    await clock.advanceBy(MINUTE)
    expect([await second.accepted(), said(second).length]).toEqual([1, 1])
    await second.stop()
  })

  test('a run that ended in a dead letter is over', async () => {
    const { clock, store } = begin()
    const to = remote<never, Scheduled>('to', () => {
      throw new Error('no')
    })
    const s = process(clock, store, {}, { to })
    await s.start()
    await clock.advanceBy(2 * MINUTE)
    expect([(await s.dead()).map((d) => d.error), said(s).filter((m) => m.includes('left out'))]).toEqual([
      ['StepFailed', 'StepFailed'],
      [],
    ])
    await s.stop()
  })

  test("'allow': start all the same", async () => {
    const { clock, store } = begin()
    const s = process(clock, store, { overlap: 'allow' }, { to: slow(), ...long })
    await s.start()
    await clock.advanceBy(3 * MINUTE)
    expect(minutes(s)).toEqual([1, 2, 3])
    await s.stop()
  })

  test("'queue': start in order when the flow is free, over a crash too", async () => {
    const { clock, store } = begin()
    const queue = { overlap: 'queue' } as const
    const first = process(clock, store, queue, { to: slow(), ...long })
    await first.start()
    await clock.advanceBy(3 * MINUTE - 5000)
    expect(minutes(first)).toEqual([1])
    first.crash()
    const second = process(clock, store, queue)
    await second.start()
    await clock.advanceBy(10_000)
    expect([minutes(second), said(second)]).toEqual([[1, 2, 3], []])
    expect(second.bodies()[2]).toMatchObject({ previous: minute(2), skipped: 0, late: 26_500 })
    await second.stop()
  })

  test("'queue': the oldest give way when there are more than the limit", async () => {
    const { clock, store } = begin()
    const s = process(clock, store, { overlap: 'queue', limit: 2 }, { to: slow(), ...long })
    await s.start()
    await clock.advanceBy(9 * MINUTE)
    // While the second run went on, there were more than two.
    expect(s.bodies().map((b) => [(b.at - minute(0)) / MINUTE, b.skipped])).toEqual([
      [1, 0],
      [2, 0],
      [5, 2],
    ])
    await s.stop()
  })
})

describe('a clock that is set', () => {
  const set = async (o: Loose, first: number, by: number, then: number) => {
    const { clock, store } = begin()
    let face: FacedClock | undefined
    const s = process(clock, store, o, { face: (c) => (face = faced(c)) })
    await s.start()
    await clock.advanceBy(first)
    face!.set(by)
    await clock.advanceBy(then)
    await s.stop()
    return s
  }

  test('back by an hour runs no planned time again, and goes on with the next', async () => {
    // 00:02:05 becomes 23:02:05: the next planned time, 00:03, is 60 min 55 s away.
    expect(minutes(await set({}, 95_000, -60 * MINUTE, 60 * MINUTE + 54_000))).toEqual([1, 2])
    expect(minutes(await set({}, 95_000, -60 * MINUTE, 60 * MINUTE + 55_000))).toEqual([1, 2, 3])
  })

  test('forward by an hour over planned times: those were missed', async () => {
    // 00:01:35 becomes 01:01:35, which is noticed when the old 00:02 would have been.
    const s = await set({}, 65_000, 60 * MINUTE, 26_000)
    expect(s.bodies()).toEqual([
      { at: minute(1), late: 0, skipped: 0 },
      { at: minute(62), late: 0, previous: minute(1), skipped: 60 },
    ])
    const skips = await set({ missed: 'skip' }, 65_000, 60 * MINUTE + 30_000, 26_000)
    expect(minutes(skips)).toEqual([1, 62])
    const tight = await set({ missed: 'skip', tolerance: '0s' }, 65_000, 60 * MINUTE + 30_000, 26_000)
    expect(minutes(tight)).toEqual([1])
  })

  test('right after years in the future has the schedule begin anew, and says so', async () => {
    const years = 4 * 365 * 24 * 60 * MINUTE
    const { clock, store } = begin()
    let face: FacedClock | undefined
    const s = process(clock, store, {}, { face: (c) => (face = faced(c)) })
    await s.start()
    face!.set(years)
    await clock.advanceBy(2 * 60_000)
    face!.set(-years)
    await clock.advanceBy(2 * MINUTE)
    expect(s.bodies().map((b) => b.at > minute(0) + years / 2)).toEqual([true, true, true, false])
    expect(s.bodies().at(-1)).toEqual({ at: minute(4), late: 0, skipped: 0 })
    expect(said(s).at(-1)).toBe(
      'schedule "each": begins anew from now: the clock was far ahead when it ran last',
    )
    await s.stop()
  })
})

describe('a journal in trouble', () => {
  test('has a run accepted late, once, when it works again', async () => {
    const { clock, store } = begin()
    let down = false
    const journal = (c: Parameters<NonNullable<ServiceOptions<Scheduled>['journal']>>[0]) =>
      faultyJournal(
        memoryJournal({ clock: c, store }),
        (call, [entries]) => down && call === 'accept' && (entries as readonly unknown[]).length > 0,
      )
    const s = process(clock, store, {}, { journal })
    await s.start()
    down = true
    await clock.advanceBy(35_000)
    expect(await s.accepted()).toBe(0)
    down = false
    await clock.advanceBy(20_000)
    expect(minutes(s)).toEqual([1])
    expect(said(s).find((m) => m.startsWith('schedule'))).toBe(
      'schedule "each": could not decide what is due; it is tried again',
    )
    expect(said(s, 'info')).toEqual(['schedule "each": goes on'])
    await clock.advanceBy(MINUTE)
    expect(minutes(s)).toEqual([1, 2])
    await s.stop()
  })

  /** Moves the position by another hand. */
  const moved = async (
    clock: VirtualClock,
    store: MemoryStore,
    by: (p: Readonly<Record<string, unknown>>) => object,
  ): Promise<void> => {
    const journal = memoryJournal({ clock, store, processes: 'many' })
    await journal.open([])
    const { version, value } = (await journal.read(['cursor:each']))['cursor:each']!
    const next = by(value as never) as never
    await journal.accept([], { state: [{ name: 'cursor:each', expect: version, value: next }] })
    await journal.close()
  }

  test('whose position another process moved is read again', async () => {
    const { clock, store } = begin()
    const s = process(clock, store, {}, { processes: 'many' })
    await s.start()
    await clock.advanceBy(MINUTE)
    await moved(clock, store, (p) => ({ ...p, at: minute(2), last: minute(2) }))
    await clock.advanceBy(2 * MINUTE)
    expect([minutes(s), s.bodies()[1]!.previous]).toEqual([[1, 3], minute(2)])
    await s.stop()
  })

  test('whose position went back gives no planned time of the last day again', async () => {
    const { clock, store } = begin()
    const first = process(clock, store)
    await first.start()
    await clock.advanceBy(2 * MINUTE)
    await first.stop()
    await moved(clock, store, (p) => ({ ...p, at: minute(0) }))
    const second = process(clock, store)
    await second.start()
    await clock.advanceBy(40_000)
    expect([await second.accepted(), minutes(second)]).toEqual([3, [3]])
    await second.stop()
  })

  test('whose position is of another kind rejects the start, by name', async () => {
    const { clock, store } = begin()
    const journal = memoryJournal({ clock, store })
    await journal.open([])
    await journal.accept([], { state: [{ name: 'cursor:each', expect: 0, value: { page: 3 } }] })
    await journal.close()
    const s = process(clock, store)
    await expect(s.start()).rejects.toThrow(/^schedule "each": what the journal has as its position is none/)
  })
})
