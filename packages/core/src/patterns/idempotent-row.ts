import type { Json } from '../message/json.js'
import type { Forgettable } from './forget-row.js'

/**
 * What is known of one key. `reserved`: an entry is at work; nobody else writes the row then. `free`: it failed, and the next
 * may try. `done`: it worked.
 */
export interface KeyRow extends Forgettable {
  readonly is: 'reserved' | 'free' | 'done'
  /** When the key was first seen: tells it apart from its use in another window. Epoch milliseconds. */
  readonly since: number
  /** The entry at work. */
  readonly by: string
  /** An effect whose outcome nobody knows: whose it was. */
  readonly doubt?: string
  /** Of what is done: the reply; left out where there was none. */
  readonly reply?: Json
}

/** A reservation stands at least this long: an attempt takes less. Milliseconds. */
const ATTEMPT = 600_000

/** The row once an entry has the key. */
export const reserve = (
  row: KeyRow | undefined,
  by: string,
  timer: string,
  now: number,
  windowMs: number,
): KeyRow => ({
  is: 'reserved',
  since: row?.since ?? now,
  by,
  ends: now + Math.max(windowMs, ATTEMPT),
  timer: row?.timer ?? timer,
  ...(row?.doubt !== undefined && { doubt: row.doubt }),
})

/** The row when the effect has failed. `doubt`: it may have happened all the same. */
export const release = (
  { doubt: before, ...row }: KeyRow,
  doubt: boolean,
  now: number,
  windowMs: number,
): KeyRow => ({ ...row, is: 'free', ends: now + windowMs, ...(doubt && { doubt: before ?? row.by }) })

/** The row when the effect has worked. */
export const settle = (row: KeyRow, reply: Json | undefined, now: number, windowMs: number): KeyRow => ({
  is: 'done',
  since: row.since,
  by: row.by,
  ends: now + windowMs,
  timer: row.timer,
  ...(reply !== undefined && { reply }),
})

/** How long a repeat waits before it looks again: longer and longer, from a quarter of a second to half a minute. */
export const patience = ({ since }: KeyRow, now: number): number =>
  Math.min(30_000, Math.max(250, (now - since) / 4))
