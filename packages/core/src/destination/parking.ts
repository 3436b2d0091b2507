import type { Json } from '../message/json.js'

/** A parking: from when until when, in epoch milliseconds. */
export interface Parking {
  readonly since: number
  readonly until: number
  /** `asked`: by the remote, which named a time. `failing`: because calls to it failed. */
  readonly why?: 'asked' | 'failing'
}

/** What is kept of a gate between processes and restarts: JSON. */
export type ParkingRecord = {
  /** Milliseconds parked before the parking below. */
  readonly total: number
  /** The latest parking, until the release after it is complete. */
  readonly since?: number
  readonly until?: number
  readonly why?: 'asked' | 'failing'
  /** How often in a row it was parked for failing: the next time is `open` doubled as often. */
  readonly level: number
}

/** How much of a parking has passed. */
export const passed = (parking: Parking | undefined, now: number): number =>
  parking === undefined ? 0 : Math.max(0, Math.min(now, parking.until) - parking.since)

/** A record as read back, or `undefined` when it is none: another version may have written it. */
export const readRecord = (
  json: Json,
): (ParkingRecord & { readonly parking: Parking | undefined }) | undefined => {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const { total, since, until, why, level } = json as { readonly [k: string]: Json }
  if (!isAmount(total) || !isAmount(level)) return undefined
  const parking = isAmount(since) && isAmount(until) ? { since, until, ...reason(why) } : undefined
  return { total, level, parking }
}

// Records of older builds give none.
const reason = (why: Json | undefined): Pick<Parking, 'why'> =>
  why === 'asked' || why === 'failing' ? { why } : {}

const isAmount = (json: Json | undefined): json is number =>
  typeof json === 'number' && Number.isFinite(json) && json >= 0
