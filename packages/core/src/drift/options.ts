import { millis, type Duration } from '../message/duration.js'

/** How the messages of sources are watched for drift. */
export interface DriftOptions {
  /** So many messages with an object make known what is in it; nothing is told of it before. 20 to 4000, default 200. */
  readonly learn?: number
  /** A field that was in at least 99 % of them is gone after so many messages in a row without it. Default 50. */
  readonly vanished?: number
  /** `false`: values are not looked at, only names and kinds. Default `true`: those of fields that have few, by their hashes. */
  readonly values?: boolean
  /** Places that do not count: `data.entry.tags`, `items[].at`. What is inside of them does not count either. */
  readonly ignore?: readonly string[]
  /** After so long what was new is how it is: the alarm ends. Default 7 days. */
  readonly forget?: Duration
  /** Fields that are looked at in a second, of all sources. More messages than that are looked at in part. Default 5,000. */
  readonly budget?: number
}

/** The options, checked. */
export interface CheckedDrift {
  readonly learn: number
  readonly vanished: number
  readonly values: boolean
  readonly forgetMs: number
  readonly budget: number
  ignored(path: string): boolean
}

/** @throws TypeError that names the option, what was expected, and what came. `false`: it is off. */
export const checkDrift = (o: false | DriftOptions | undefined): CheckedDrift | undefined => {
  if (o === false) return undefined
  if (o !== undefined && (typeof o !== 'object' || o === null || Array.isArray(o)))
    throw wrong('', 'false or options', o)
  const { ignore = [], values = true } = o ?? {}
  if (!Array.isArray(ignore) || !ignore.every((p) => typeof p === 'string' && p !== ''))
    throw wrong('.ignore', 'a list of places, such as "data.at"', ignore)
  if (typeof values !== 'boolean') throw wrong('.values', 'true or false', values)
  const forgetMs = millis(o?.forget ?? '7d', 'createRuntime: drift.forget')
  return {
    learn: whole('learn', o?.learn ?? 200, 20, 4000),
    vanished: whole('vanished', o?.vanished ?? 50, 10, 1e6),
    values,
    forgetMs,
    budget: whole('budget', o?.budget ?? 5000, 1, 1e9),
    ignored: (path) => ignore.some((p) => isWithin(path, p)),
  }
}

const isWithin = (path: string, place: string): boolean =>
  path.startsWith(place) && (path.length === place.length || '.['.includes(path[place.length]!))

const whole = (option: string, n: unknown, least: number, most: number): number => {
  if (!Number.isInteger(n) || (n as number) < least || (n as number) > most)
    throw wrong(`.${option}`, `a whole number from ${least} to ${most}`, n)
  return n as number
}

const wrong = (option: string, expected: string, got: unknown): TypeError => {
  const shown = typeof got === 'number' || got === null ? String(got) : typeof got
  return new TypeError(`createRuntime: drift${option}: expected ${expected}, got ${shown}`)
}
