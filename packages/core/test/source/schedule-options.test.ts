import { describe, expect, test } from 'vitest'
import { schedule } from '../../src/source/schedule.js'
import type { ScheduleOptions } from '../../src/source/schedule-options.js'

type Loose = Partial<ScheduleOptions> & { cron?: string }
const each = (o: Loose = {}) =>
  schedule({ name: 'each', ...(o.every === undefined && { cron: '* * * * *' }), ...o } as ScheduleOptions)

describe('options that make no sense are refused by name:', () => {
  const wrong: readonly (readonly [what: string, o: Loose, message: string])[] = [
    ['no name', { name: '' }, 'schedule: name: expected a text'],
    [
      'neither cron nor every',
      { cron: undefined as never },
      'schedule "each": expected either cron or every',
    ],
    ['both', { cron: '* * * * *', every: '1h' } as never, 'schedule "each": expected either cron or every'],
    [
      'every of nothing',
      { every: '0s' },
      'schedule "each": every: expected whole milliseconds, 1 or more, got 0s',
    ],
    [
      'a zone for every',
      { every: '1h', zone: 'UTC' } as never,
      'schedule "each": zone: it says how cron is read',
    ],
    [
      'another policy',
      { missed: 'later' as never },
      "schedule \"each\": missed: expected 'once', 'skip', 'all'",
    ],
    [
      'a limit of none',
      { limit: 0 },
      'schedule "each": limit: expected a whole number from 1 to 1000, got 0',
    ],
    [
      'all with skip',
      { missed: 'all' } as never,
      'schedule "each": missed: \'all\' makes up for several runs at once',
    ],
    [
      'a length that is none',
      { tolerance: 'soon' as never },
      'schedule "each": tolerance: expected a duration',
    ],
  ]
  test.each(wrong)('%s', (_what, o, message) => {
    expect(() => each(o)).toThrow(message)
  })

  test('a run that is replayed by hand is decoded as any other', async () => {
    expect(each().decode({ at: 1, late: 0, skipped: 0 })).toMatchObject({ _tag: 'Right' })
    expect(each().decode(null)).toMatchObject({ _tag: 'Left', left: { _tag: 'DecodeFailed' } })
    expect(each().decode({ at: '1', late: 0, skipped: 0, previous: null })).toMatchObject({
      _tag: 'Left',
    })
  })
})
