import type { Json } from '../message/json.js'
import type { DriftAlarm } from './alarm.js'
import type { Finding } from './finding.js'

const DAY = 864e5

/** More than this of one source are too many to look at. */
const MOST = 100

/** An alarm, with when it was told last. */
type Kept = { -readonly [K in keyof DriftAlarm]: DriftAlarm[K] } & { told: number }

/** The alarms of one source: told at once, and then once a day as long as they go on; forgotten after a while. */
export class Alarms {
  readonly #source: string
  readonly #forget: number
  readonly #kept = new Map<string, Kept>()

  /** `forget`: milliseconds after which what was new is how it is. */
  constructor(source: string, forget: number) {
    this.#source = source
    this.#forget = forget
  }

  /** Takes a finding; gives the alarm, if it is to be told now. */
  add(f: Finding, type: string, example: string, now: number): DriftAlarm | undefined {
    const key = `${type}\n${f.path}\n${f.what}`
    let alarm = this.#kept.get(key)
    if (alarm === undefined) {
      if (!f.first || this.#kept.size >= MOST) return undefined
      const { path, what, sample } = f
      alarm = {
        source: this.#source,
        type,
        path,
        what,
        count: 0,
        since: now,
        at: now,
        sample,
        example,
        told: 0,
      }
      this.#kept.set(key, alarm)
    }
    alarm.count += f.times
    alarm.at = now
    if (f.first) {
      alarm.sample = f.sample
      alarm.example = example
    }
    if (now - alarm.told < DAY) return undefined
    alarm.told = now
    return shown(alarm)
  }

  /** The oldest first. */
  list(now: number): readonly DriftAlarm[] {
    this.#tidy(now)
    return [...this.#kept.values()].toSorted((a, b) => a.since - b.since).map(shown)
  }

  stored(now: number): Json {
    this.#tidy(now)
    return [...this.#kept.values()].map((alarm) => ({ ...alarm }))
  }

  /** Those of another process, or of an earlier start. */
  merge(stored: Json | undefined): void {
    if (!Array.isArray(stored)) return
    for (const other of stored as unknown as readonly Omit<Kept, 'source'>[]) {
      if (typeof other?.path !== 'string' || typeof other.since !== 'number') continue
      const key = `${other.type}\n${other.path}\n${other.what}`
      const mine = this.#kept.get(key)
      if (mine === undefined) {
        if (this.#kept.size < MOST) this.#kept.set(key, { ...other, source: this.#source })
        continue
      }
      mine.count = Math.max(mine.count, other.count)
      mine.since = Math.min(mine.since, other.since)
      mine.at = Math.max(mine.at, other.at)
      mine.told = Math.max(mine.told, other.told)
    }
  }

  #tidy(now: number): void {
    for (const [key, alarm] of this.#kept) if (now - alarm.since > this.#forget) this.#kept.delete(key)
  }
}

const shown = ({ source, type, path, what, count, since, at, sample, example }: Kept): DriftAlarm => ({
  source,
  type,
  path,
  what,
  count,
  since,
  at,
  sample,
  example,
})
