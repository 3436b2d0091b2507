import type { Stored } from '../../ports/journal.js'
import type { JsonText } from '../../message/json.js'
import type { CompletedBy, Group } from './joined.js'

/** State of a key: which group of it is open, or that it is closed until a time (epoch milliseconds). */
export interface KeyRow {
  /** The id of the group's own entry, which names its rows: no two groups share one, whatever their keys. */
  readonly g: string
  readonly until?: number
}

/** State of a group: short names, for it is written with every message. */
export interface GroupRow {
  readonly n: number
  /** In how many rows the members of a list are. Left out: in one each. */
  readonly c?: number
  readonly f: number
  readonly l: number
  /** What it was folded into, as text: each attempt gets a value of its own. Left out of lists. */
  readonly v?: JsonText
  /** It is complete: nothing is added to it any more. */
  readonly by?: CompletedBy
}

/** What the entry of a group carries. */
export interface GroupEntry {
  readonly k: string
  readonly g: string
  /** Tells groups apart that one message opened. */
  readonly s?: string
}

export const keyName = (place: string, key: string): string => `${place}:k:${key}`
export const groupName = (place: string, id: string): string => `${place}:g:${id}`
export const memberName = (place: string, id: string, i: number): string => `${place}:g:${id}:${i}`
/** Which group was opened last, where a new one closes it. */
export const newestName = (place: string): string => `${place}:newest`

/** The value of some state. */
export const valueOf = <T>(stored: Stored | undefined): T | undefined => stored?.value as T | undefined

/** A group as the engine sees it. */
export const groupOf = (key: string, { n, f, l, v }: GroupRow): Group<unknown> => ({
  key,
  count: n,
  first: f,
  last: l,
  value: v === undefined ? undefined : (JSON.parse(v) as unknown),
})
