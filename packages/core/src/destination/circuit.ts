import type { Json } from '../message/json.js'
import type { Seen } from './destination.js'
import { passed, readRecord, type Parking, type ParkingRecord } from './parking.js'
import type { Settings } from './settings.js'

// A clock that says a time so much before the parking began was put back: nobody waits for it to get there again.
const PUT_BACK = 60_000

// A hint is spread by a tenth of what is left of it, but never by more: a hint of weeks is spread enough by this.
const LONGEST_SPREAD = 60_000

/** What a call knew when it entered; tells a late report from one that says something new. */
export interface Ticket {
  readonly generation: number
  readonly allowance: number
}

/**
 * When a destination takes calls, and how many: closed (all), parked (none), and the release after a parking (1, then 2,
 * 4, …, doubling when a call that entered under the present allowance comes back well). A circuit breaker, after Nygard,
 * *Release It!*, whose open time may also be asked for by the remote (`Retry-After`, RFC 9110 section 10.2.3).
 *
 * Each parking starts a generation. Calls that entered before it can only lengthen it by a later hint: many calls that
 * fail together count once. Holds no timer: every question says what time it is.
 */
export class Circuit {
  readonly #settings: Settings
  readonly #limit: () => number
  #generation = 0
  #allowance = Infinity
  #failures = 0
  #level = 0
  #total = 0
  #parking: Parking | undefined
  // Outlives the release, so that an old record does not park again.
  #latest = 0

  /** `limit`: calls that may be inside when it is closed. */
  constructor(settings: Settings, limit: () => number) {
    this.#settings = settings
    this.#limit = limit
  }

  /** Counts the parkings. */
  get generation(): number {
    return this.#generation
  }

  /** Calls of this generation that may be inside; infinite when closed. Does not say whether it is parked now. */
  get allowance(): number {
    return this.#allowance
  }

  /** Epoch milliseconds until which it is parked; 0 when it is not. */
  parkedUntil(now: number): number {
    const parking = this.#parking
    return parking !== undefined && now < parking.until && now > parking.since - PUT_BACK ? parking.until : 0
  }

  /** Why it is parked; undefined when it is not, or when another process did not say. */
  parkedWhy(now: number): Parking['why'] {
    return this.parkedUntil(now) > 0 ? this.#parking!.why : undefined
  }

  parkedMs(now: number): number {
    return this.#total + passed(this.#parking, now)
  }

  /** Takes a report; says whether it parked the destination, or for longer. */
  report(seen: Seen, entered: Ticket, now: number): boolean {
    // What was never sent says nothing about the remote.
    if (seen.as === 'unsent') return false
    const hint = this.#hint(seen, now)
    if (hint > this.parkedUntil(now)) return this.#park(hint + this.#spread(hint - now), now, 'asked')
    if (entered.generation !== this.#generation) return false
    if (seen.as !== 'ok' && this.#settings.circuit !== false) return this.#failed(this.#settings.circuit, now)
    this.#failures = 0
    if (entered.allowance === this.#allowance) this.#rampUp(now)
    return false
  }

  record(): Json {
    const record: ParkingRecord = { total: this.#total, ...this.#parking, level: this.#level }
    return record
  }

  /**
   * Merges a record: the later parking and the longer time win. Says whether that changed when it takes calls. `held`: the
   * milliseconds of a hold that it does not know of yet, and they may.
   */
  merge(json: Json, now: number, held = 0): boolean {
    const theirs = readRecord(json)
    if (theirs === undefined) return false
    const most = Math.max(this.parkedMs(now) + held, theirs.total + passed(theirs.parking, now))
    const newer =
      theirs.parking !== undefined && theirs.parking.until > this.#latest ? theirs.parking : undefined
    if (newer !== undefined) {
      const since = this.parkedUntil(now) > 0 ? Math.min(this.#parking!.since, newer.since) : newer.since
      this.#start({ ...newer, since })
      this.#level = Math.max(this.#level, theirs.level)
    }
    this.#total = Math.max(0, most - passed(this.#parking, now) - held)
    return newer !== undefined
  }

  /** It was held, for `ms` beyond the time that it was parked: what is not parked now is released as after a parking. */
  release(ms: number, now: number): void {
    this.#total += ms
    if (this.parkedUntil(now) > 0) return
    this.#total += passed(this.#parking, now)
    this.#start({ since: now, until: now })
  }

  #hint(seen: Seen, now: number): number {
    const { as, retryAt, remaining } = seen
    if (retryAt === undefined || !Number.isFinite(retryAt) || retryAt <= now) return 0
    // A good answer tells when its window ends: that is a reason to stay away only when nothing is left in it.
    return as !== 'ok' || (remaining !== undefined && remaining <= 0) ? retryAt : 0
  }

  #spread(wait: number): number {
    return Math.min(wait / 10, LONGEST_SPREAD) * this.#settings.random.next()
  }

  #failed(circuit: Exclude<Settings['circuit'], false>, now: number): boolean {
    this.#failures++
    if (this.#allowance === Infinity && this.#failures < circuit.failures) return false
    return this.#park(now + Math.min(circuit.maxOpen, circuit.open * 2 ** this.#level++), now, 'failing')
  }

  #park(until: number, now: number, why: 'asked' | 'failing'): true {
    const since = this.parkedUntil(now) > 0 ? this.#parking!.since : now
    if (since === now) this.#total += passed(this.#parking, now)
    this.#start({ since, until: Math.ceil(until), why })
    return true
  }

  #start(parking: Parking): void {
    this.#parking = parking
    this.#latest = parking.until
    this.#generation++
    this.#allowance = 1
    this.#failures = 0
  }

  #rampUp(now: number): void {
    if (this.#parking === undefined) return
    this.#allowance *= 2
    if (this.#allowance < this.#limit()) return
    this.#total += passed(this.#parking, now)
    this.#parking = undefined
    this.#allowance = Infinity
    this.#level = 0
  }
}
