import { millis, type Duration } from '../message/duration.js'
import { cronTimetable } from './cron.js'
import { everyTimetable, type Timetable } from './timetable.js'

/** When a schedule's runs are planned. */
export type Planned =
  | {
      /** Five fields (minute hour day month weekday), six with seconds first, or a name: `@daily`, `@hourly`, … */
      readonly cron: string
      /** The IANA time zone that the fields are read in: `'Europe/Berlin'`. Default `'UTC'`. */
      readonly zone?: string
      readonly every?: never
    }
  | {
      /** At the whole multiples of this since 1970-01-01T00:00Z: `'1h'` is at each full hour, UTC. */
      readonly every: Duration
      readonly cron?: never
      readonly zone?: never
    }

/** What becomes of runs that could not start in time, and of runs that meet an earlier one. */
export type Policies =
  | {
      /**
       * Runs whose planned time passed while nothing ran, by more than `tolerance`. `'once'` (the default): one run, that of
       * the newest, stands for all. `'skip'`: none. `'all'`: each, the newest `limit` of them.
       */
      readonly missed?: 'once' | 'skip'
      /**
       * A run comes due while entries of an earlier one wait or are in hand. `'skip'` (the default): it is left out.
       * `'queue'`: it starts when the flow is free, in order. `'allow'`: it starts.
       */
      readonly overlap?: 'skip' | 'queue' | 'allow'
    }
  | {
      readonly missed: 'all'
      /** Runs that are made up for come at once: `'skip'` would leave out all but the first. */
      readonly overlap: 'queue' | 'allow'
    }

/** Options of `schedule`. */
export type ScheduleOptions = {
  /** The source's name; its position in the journal goes by it. */
  readonly name: string
  /** How late a run may start without counting as missed. Default 1 min. */
  readonly tolerance?: Duration
  /** The most runs that are made up for, or that queue, at a time; the oldest beyond are skipped. Default 100. */
  readonly limit?: number
} & Planned &
  Policies

/** The options, checked. Milliseconds. */
export interface Schedule {
  readonly name: string
  readonly timetable: Timetable
  readonly missed: 'once' | 'skip' | 'all'
  readonly overlap: 'skip' | 'queue' | 'allow'
  readonly tolerance: number
  readonly limit: number
}

/** @throws TypeError that names the schedule and the option at fault. */
export const checkSchedule = (o: ScheduleOptions): Schedule => {
  if (typeof o.name !== 'string' || o.name === '') throw new TypeError('schedule: name: expected a text')
  const place = `schedule "${o.name}"`
  const missed = oneOf(`${place}: missed`, o.missed ?? 'once', ['once', 'skip', 'all'])
  const overlap = oneOf(`${place}: overlap`, o.overlap ?? 'skip', ['skip', 'queue', 'allow'])
  if (missed === 'all' && overlap === 'skip')
    throw new TypeError(
      `${place}: missed: 'all' makes up for several runs at once, of which overlap: 'skip' would leave out all but the first; give overlap: 'queue' or 'allow'`,
    )
  const limit = o.limit ?? 100
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new TypeError(`${place}: limit: expected a whole number from 1 to ${MOST}, got ${String(limit)}`)
  return {
    name: o.name,
    timetable: timetableOf(o, place),
    missed,
    overlap,
    tolerance: millis(o.tolerance ?? '1m', `${place}: tolerance`),
    limit,
  }
}

// What is made up for is computed, and stored, at once.
const MOST = 1000

const timetableOf = (o: Planned, place: string): Timetable => {
  if ((o.cron === undefined) === (o.every === undefined))
    throw new TypeError(`${place}: expected either cron or every`)
  if (o.every === undefined) return cronTimetable(o.cron, o.zone ?? 'UTC', place)
  if (o.zone !== undefined)
    throw new TypeError(`${place}: zone: it says how cron is read; every knows no time zone`)
  const ms = millis(o.every, `${place}: every`)
  if (ms < 1 || !Number.isInteger(ms))
    throw new TypeError(`${place}: every: expected whole milliseconds, 1 or more, got ${o.every}`)
  return everyTimetable(ms)
}

const oneOf = <const T extends string>(option: string, value: T, of: readonly T[]): T => {
  if (!of.includes(value))
    throw new TypeError(
      `${option}: expected ${of.map((v) => `'${v}'`).join(', ')}, got ${JSON.stringify(value)}`,
    )
  return value
}
