import { Cron } from 'croner'
import type { Timetable } from './timetable.js'

/**
 * The planned times of a cron pattern in a time zone. Croner computes; it is given the moments and starts no timer.
 *
 * When clocks go forward, a pattern of fixed times (no `*` and no step in minute and hour) whose time is left out is
 * planned once, at the end of the gap; others leave the gap out. When clocks go back, a pattern of fixed times is planned
 * once, the first time; others are planned in both hours, for they go by the time that passes.
 *
 * @throws TypeError naming `place` when the pattern or the zone is none, or when the pattern never comes.
 */
export const cronTimetable = (pattern: string, zone: string, place: string): Timetable => {
  checkZone(zone, place)
  const cron = parsed(pattern, zone, place)
  const next: Timetable['next'] = (after) => cron.nextRun(new Date(after))?.getTime()
  if (next(0) === undefined) throw new TypeError(`${place}: cron: "${pattern}" never comes`)
  return {
    text: `cron ${pattern} in ${zone}`,
    next,
    // It gives what is before the moment, newest first.
    latest: (n, upTo) =>
      cron
        .previousRuns(n, new Date(upTo + 1))
        .map((d) => d.getTime())
        .reverse(),
  }
}

const FIELDS = /^(?:@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)|\S+(?:\s+\S+){4,5})$/i

const parsed = (pattern: string, zone: string, place: string): Cron => {
  if (typeof pattern !== 'string' || !FIELDS.test(pattern.trim()))
    throw new TypeError(
      `${place}: cron: expected five fields (minute hour day month weekday), six with seconds first, or a name like "@daily", got ${JSON.stringify(pattern)}`,
    )
  try {
    return new Cron(pattern.trim(), { timezone: zone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : String(cause)
    throw new TypeError(`${place}: cron: ${JSON.stringify(pattern)}: ${why}`, { cause })
  }
}

const checkZone = (zone: string, place: string): void => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
  } catch (cause) {
    throw new TypeError(
      `${place}: zone: expected an IANA time zone such as "Europe/Berlin" or "UTC", got ${JSON.stringify(zone)}`,
      { cause },
    )
  }
}
