/** States of an entry's row; see the first migration. */
export const READY = 0
export const LEASED = 1
export const JOINING = 2
export const HOLDING = 3
export const DEAD = 4
export const DONE = 5

/** What of an entry stays as it is while somebody holds it, and is needed to settle it. */
export interface Slim {
  readonly seq: number
  readonly id: string
  readonly hop: number
  readonly key: string | null
  readonly lkey: string | null
  readonly version: number | string | null
  readonly jid: string | null
  readonly jname: string | null
  readonly expect: string | null
  readonly envelope: string | null
}

export const SLIM = 'seq, id, hop, key, lkey, version, jid, jname, expect, envelope'

/** An entry's row. */
export interface Row extends Slim {
  readonly state: number
  readonly at: number
  readonly due: number
  readonly deadline: number | null
  readonly attempts: number
  readonly claims: number
  readonly fence: string | null
  readonly settle: string | null
  readonly marks: string | null
  readonly memo: string | null
  readonly body: string
}

export const ROW: string = `${SLIM}, state, at, due, deadline, attempts, claims, fence, settle, marks, memo, body`

/** Milliseconds as a column takes them: whole, and within what a double holds. */
export const wholeMs = (ms: number): number => Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER)

/** The scope of a high-water mark. Flow names hold no line break. */
export const latestKey = (flow: string, key: string): string => `${flow}\n${key}`
