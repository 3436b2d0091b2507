import type { Json } from '../message/json.js'
import { Seen, type SeenItem } from './seen.js'

/** Where a poll stands: its cursor in the journal. Times are epoch milliseconds. */
export interface PollPosition {
  /** The user's cursor, in its stored form. */
  readonly cursor?: Json
  /** The newest time of an item so far, never ahead of the clock. */
  readonly mark?: number
  /** The run that is not done: it has more pages. `since` is what its first page was asked with; null: everything. */
  readonly run?: { readonly since: number | null }
  readonly seen: Seen
  /** How many runs found items, new or not. */
  readonly runs: number
  /** When the ids were listed last. */
  readonly listed?: number
  /** How many listings found that something was gone: an item that comes back is another one. */
  readonly gone: number
}

export const unmoved: PollPosition = { seen: new Seen(), runs: 0, gone: 0 }

/** The stored form. */
export const positionJson = (p: PollPosition): Json => ({ ...p, seen: p.seen.items() })

/** @throws TypeError naming the poll when what is stored is no position. */
export const readPollPosition = (stored: Json, name: string): PollPosition => {
  const p = stored as (Omit<PollPosition, 'seen'> & { readonly seen: readonly SeenItem[] }) | null
  const isTime = (t: unknown): boolean => t === undefined || typeof t === 'number'
  if (
    Array.isArray(p?.seen) &&
    typeof p.gone === 'number' &&
    typeof p.runs === 'number' &&
    isTime(p.mark) &&
    isTime(p.listed)
  )
    return { ...p, seen: new Seen(p.seen) }
  throw new TypeError(
    `poll "${name}": what the journal has as its position is none; a source of another kind had this name: give the poll another`,
  )
}
