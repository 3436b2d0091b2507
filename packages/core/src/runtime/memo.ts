import type { Json } from '../message/json.js'
import type { Claimed } from '../ports/journal.js'

/** What is kept with an entry from one failed attempt to the next. */
export interface Memo {
  /** Epoch milliseconds of the first failure. */
  readonly first: number
  /** What the destinations' parked time was then, in all: milliseconds. */
  readonly parked: number
  /** The outcome was unknown, and the route said to try again. */
  readonly doubt?: true
  /** Destinations whose calls failed in the last attempt: the next one repeats them. */
  readonly met?: readonly string[]
}

/** The memo of an entry that has failed before. */
export const memoOf = (entry: Claimed): Memo | undefined => entry.memo as Memo | undefined

export const memoJson = (memo: Memo): Json => ({ ...memo })
