import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cronTimetable } from '../../src/source/cron.js'
import { everyTimetable, type Timetable } from '../../src/source/timetable.js'

const at = (iso: string): number => Date.parse(iso)
const next = (t: Timetable, from: string, n: number): string[] => {
  const times: string[] = []
  for (let now = at(from); times.length < n;) {
    now = t.next(now)!
    times.push(`${new Date(now).toISOString().slice(5, 16)}`)
  }
  return times
}
const berlin = (pattern: string): Timetable => cronTimetable(pattern, 'Europe/Berlin', 'schedule "s"')

describe('cron', () => {
  test('is read in its zone, summer and winter', () => {
    expect(next(berlin('0 2 * * *'), '2026-01-01T00:00Z', 2)).toEqual(['01-01T01:00', '01-02T01:00'])
    expect(next(berlin('0 2 * * *'), '2026-07-01T01:00Z', 2)).toEqual(['07-02T00:00', '07-03T00:00'])
  })
  test('takes five fields, six with seconds first, and names', () => {
    const utc = (p: string) => next(cronTimetable(p, 'UTC', 's'), '2026-01-01T00:00Z', 1)
    expect([utc('30 5 * * 1'), utc('15 30 5 1 2 *'), utc('@monthly')]).toEqual([
      ['01-05T05:30'],
      ['02-01T05:30'],
      ['02-01T00:00'],
    ])
  })

  describe('when clocks go forward from 02:00 to 03:00', () => {
    const before = '2026-03-28T12:00Z'
    test('a fixed time that is left out is planned once, at the end of the gap', () => {
      expect(next(berlin('30 2 * * *'), before, 2)).toEqual(['03-29T01:00', '03-30T00:30'])
    })
    test('of several fixed times in the gap, one is planned', () => {
      expect(next(berlin('0,30 2 * * *'), before, 2)).toEqual(['03-29T01:00', '03-30T00:00'])
    })
    test('a time after the gap is planned once, where one in the gap ends up too', () => {
      expect(next(berlin('30 2,3 * * *'), before, 3)).toEqual(['03-29T01:00', '03-29T01:30', '03-30T00:30'])
    })
    test('what comes every so often goes by the time that passes', () => {
      expect(next(berlin('*/30 * * * *'), '2026-03-29T00:00Z', 4)).toEqual([
        '03-29T00:30',
        '03-29T01:00',
        '03-29T01:30',
        '03-29T02:00',
      ])
    })
  })

  describe('when clocks go back from 03:00 to 02:00', () => {
    test('a fixed time that comes twice is planned the first time', () => {
      expect(next(berlin('30 2 * * *'), '2026-10-24T12:00Z', 2)).toEqual(['10-25T00:30', '10-26T01:30'])
    })
    test('what comes every so often is planned in both hours', () => {
      expect(next(berlin('30 * * * *'), '2026-10-24T23:45Z', 4)).toEqual([
        '10-25T00:30',
        '10-25T01:30',
        '10-25T02:30',
        '10-25T03:30',
      ])
    })
  })

  test('what is no pattern, and no zone, is refused by name', () => {
    const message = (pattern: string, zone = 'UTC'): string => {
      try {
        cronTimetable(pattern, zone, 'schedule "s"')
        return 'was taken'
      } catch (thrown) {
        return `${(thrown as Error).name}: ${(thrown as Error).message}`
      }
    }
    for (const pattern of ['', '* * * *', '@reboot', '2026-01-01T00:00:00', '* * * * * * 2026', 7 as never])
      expect(message(pattern)).toMatch(/^TypeError: schedule "s": cron: expected five fields/)
    expect(message('61 * * * *')).toBe(
      'TypeError: schedule "s": cron: "61 * * * *": Invalid value for minute: 61',
    )
    expect(message('0 0 30 2 *')).toBe('TypeError: schedule "s": cron: "0 0 30 2 *" never comes')
    for (const zone of ['Mars/Base', '', 7 as never])
      expect(message('* * * * *', zone)).toMatch(/^TypeError: schedule "s": zone: expected an IANA time zone/)
  })
})

describe('timetables', () => {
  test('of every are at whole multiples', () => {
    const t = everyTimetable(900_000)
    expect(next(t, '2026-01-01T00:07Z', 2)).toEqual(['01-01T00:15', '01-01T00:30'])
    expect(next(t, '2026-01-01T00:15Z', 1)).toEqual(['01-01T00:30'])
    expect(t.latest(2, at('2026-01-01T00:15Z'))).toEqual([at('2026-01-01T00:00Z'), at('2026-01-01T00:15Z')])
  })

  test('give the same times forward and backward, over every change of clocks', () => {
    const patterns = ['30 2 * * *', '*/20 * * * *', '0,30 2 * * *', '15 1-3 * * *', '0 0 * * *']
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'UTC']
    const tables = [
      ...patterns.flatMap((p) => zones.map((z) => cronTimetable(p, z, 's'))),
      everyTimetable(25 * 60_000),
    ]
    // Around the days on which clocks change.
    const days = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01']
    fc.assert(
      fc.property(
        fc.constantFrom(...tables),
        fc.constantFrom(...days),
        fc.integer({ min: -36 * 3600, max: 36 * 3600 }),
        fc.integer({ min: 1, max: 5 }),
        (t, day, seconds, n) => {
          const from = at(`${day}T00:00Z`) + seconds * 1000
          const forward: number[] = []
          for (let now = from; forward.length < n; forward.push(now)) now = t.next(now)!
          const to = forward.at(-1)!
          expect(t.latest(n, to)).toEqual(forward)
          expect(t.latest(n, to + 999)).toEqual(forward)
          expect(t.latest(1, to - 1)).toEqual([forward.at(-2) ?? t.latest(1, from)[0]])
        },
      ),
      { seed: 1, numRuns: 500 },
    )
  })
})
