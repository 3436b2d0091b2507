import { describe, expect, test } from 'vitest'
import { cronTimetable } from '../../src/source/cron.js'
import { schedule } from '../../src/source/schedule.js'
import { virtualClock } from '../../src/testing/index.js'
import { faced, service, type FacedClock } from './service.js'

const HOUR = 36e5
const DAY = 864e5
const START = Date.UTC(2026, 0)

const from = (zone: string, pattern: string, start: number, n: number): readonly string[] => {
  const { next } = cronTimetable(pattern, zone, 'schedule "s"')
  const times: string[] = []
  for (let at = next(start)!; times.length < n; at = next(at)!)
    times.push(new Date(at).toISOString().slice(0, 16))
  return times
}

describe('cron where clocks change at other hours', () => {
  test('in Sao Paulo midnight is left out: the run comes at the end of the gap, and once where it comes twice', () => {
    expect(from('America/Sao_Paulo', '30 0 * * *', Date.UTC(2018, 10, 3), 3)).toEqual([
      '2018-11-03T03:30',
      '2018-11-04T03:00',
      '2018-11-05T02:30',
    ])
    expect(from('America/Sao_Paulo', '30 23 * * *', Date.UTC(2018, 1, 17), 3)).toEqual([
      '2018-02-17T01:30',
      '2018-02-18T01:30',
      '2018-02-19T02:30',
    ])
  })

  test('in Apia a day is left out: no run comes twice, and all go on the day after', () => {
    expect(from('Pacific/Apia', '30 2 * * *', Date.UTC(2011, 11, 28), 4)).toEqual([
      '2011-12-28T12:30',
      '2011-12-29T12:30',
      '2011-12-30T12:30',
      '2011-12-31T12:30',
    ])
  })

  test.each([
    ['Europe/Berlin', Date.UTC(2026, 2, 27)],
    ['Europe/Berlin', Date.UTC(2026, 9, 23)],
    ['America/Sao_Paulo', Date.UTC(2018, 10, 2)],
    ['America/Sao_Paulo', Date.UTC(2018, 1, 16)],
    ['Pacific/Apia', Date.UTC(2011, 11, 27)],
    ['Australia/Lord_Howe', Date.UTC(2026, 3, 3)],
  ])('in %s the newest planned times are those that came, one after the other', (zone, start) => {
    for (const pattern of ['30 0 * * *', '30 2 * * *', '0 * * * *', '*/20 1-3 * * *', '15 0,2,23 * * *']) {
      const { next, latest } = cronTimetable(pattern, zone, 'schedule "s"')
      const came: number[] = []
      for (let at = next(start)!; at < start + 5 * DAY; at = next(at)!) {
        expect(at).toBeGreaterThan(came.at(-1) ?? start)
        came.push(at)
      }
      expect(latest(came.length, came.at(-1)!)).toEqual(came)
    }
  })

  test('a pattern that never comes is refused at once, and one that comes each four years is found', () => {
    for (const never of ['0 0 31 2 *', '0 0 30 2 *', '0 0 31 4,6,9,11 *'])
      expect(() => schedule({ name: 's', cron: never })).toThrow(`schedule "s": cron: "${never}" never comes`)
    expect(from('UTC', '0 0 29 2 *', START, 2)).toEqual(['2028-02-29T00:00', '2032-02-29T00:00'])
  })
})

describe('a schedule whose clock is set by forty days', () => {
  const running = async (missed: 'once' | 'skip') => {
    const clock = virtualClock({ start: START })
    let face: FacedClock | undefined
    const s = service(schedule({ name: 's', every: '1h', missed }), {
      clock,
      face: (c) => (face = faced(c)),
    })
    await s.start()
    await clock.advanceBy(2 * HOUR)
    return { s, clock, set: (by: number) => face!.set(by) }
  }
  const hours = (s: { bodies(): readonly { readonly at: number }[] }): readonly number[] =>
    s.bodies().map((b) => (b.at - START) / HOUR)

  test('forward has one run stand for all that were jumped over, and goes on from there', async () => {
    const { s, clock, set } = await running('once')
    set(40 * DAY)
    await clock.advanceBy(2 * HOUR)
    expect(hours(s)).toEqual([1, 2, 962, 963, 964])
    expect(s.bodies()[2]).toMatchObject({ previous: START + 2 * HOUR, skipped: 100 })
    await s.stop()
  })

  test('forward for a moment, and back, runs no planned time twice and goes on at once', async () => {
    const { s, clock, set } = await running('skip')
    set(40 * DAY)
    await clock.advanceBy(2 * 60_000)
    set(-40 * DAY)
    await clock.advanceBy(3 * HOUR)
    const all = hours(s)
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((h) => h < 100)).toEqual([1, 2, 3, 4, 5])
    await s.stop()
  })

  test('back begins anew from there, and says so', async () => {
    const { s, clock, set } = await running('once')
    set(-40 * DAY)
    await clock.advanceBy(2 * HOUR)
    expect(hours(s)).toEqual([1, 2, -957, -956])
    expect(s.log.at('warn').map((l) => l.message)).toEqual([expect.stringContaining('begins anew from now')])
    await s.stop()
  })
})
