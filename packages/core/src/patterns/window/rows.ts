import type { JsonText } from '../../message/json.js'

/** State of a window. */
export interface WindowRow {
  /** How many facts it has. */
  readonly n: number
  /** How many the last result was made of; left out before the first. A new fact makes another result due. */
  readonly m?: number
  /** The next revision. */
  readonly r: number
}

/** State of a fact, by its place in the order of arrival. */
export interface FactRow {
  readonly t: number
  readonly i: string
  readonly v: JsonText
}

/** What the entries of a window carry. */
export interface WindowEntry {
  readonly k: string
  readonly from: number
}

// Numbers first, and the length of a key before it: no two names of different things are alike.
export const windowName = (place: string, { k, from }: WindowEntry): string => `${place}:w:${from}:${k}`
export const factName = (place: string, { k, from }: WindowEntry, i: number): string =>
  `${place}:f:${from}:${i}:${k}`
export const idName = (place: string, { k, from }: WindowEntry, id: string): string =>
  `${place}:i:${from}:${k.length}:${k}:${id}`
