import type { Json } from '../message/json.js'
import type { StateMove, Stored } from '../ports/journal.js'

/** How far the split of an entry is: state that moves with each chunk, and is removed with the last one. */
export interface SplitPlace {
  /** Rows gone over. */
  readonly at: number
  /** Rows left out among them. */
  readonly skipped: number
  /** Epoch milliseconds of the first chunk. */
  readonly started: number
}

/** The name of that state. It stays with a dead letter, so that its replay goes on from there. */
export const placeName = (id: string): string => `split:${id}`

export const placeOf = (stored: Stored | undefined, now: number): SplitPlace & { readonly version: number } =>
  stored === undefined
    ? { at: 0, skipped: 0, started: now, version: 0 }
    : { ...(stored.value as unknown as SplitPlace), version: stored.version }

/** Moves it; `undefined`: it is over. */
export const placeMove = (id: string, expect: number, place: SplitPlace | undefined): StateMove => ({
  name: placeName(id),
  expect,
  value: place as unknown as Json | undefined,
})
