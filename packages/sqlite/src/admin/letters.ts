import type { DatabaseSync } from 'node:sqlite'
import type { Books } from '../engine/books.js'
import { findDead } from '../engine/find-dead.js'
import { DEAD, HOLDING } from '../engine/row.js'

/** Which dead letters. All that is left out does not matter. */
export interface LettersQuery {
  readonly flow?: string
  readonly hop?: string
  /** `_tag` of the failure that it ended with. */
  readonly tag?: string
  /** Those that died at this time or later: epoch milliseconds. */
  readonly since?: number
  /** Only later than this sequence number: for the next page. */
  readonly after?: number
  readonly limit: number
}

/** What is told of a dead letter in a list: not its body. */
export interface Letter {
  readonly seq: number
  readonly id: string
  readonly flow: string
  readonly hop: string
  readonly key?: string
  readonly tag?: string
  /** What the last failure says. */
  readonly message?: string
  /** Failed attempts. */
  readonly attempts: number
  /** When it got to its hop: epoch milliseconds. */
  readonly at: number
  /** When it died: epoch milliseconds. */
  readonly died: number
  /** Of its body. */
  readonly bytes: number
}

type LetterRow = { readonly [k in keyof Letter]: Letter[k] | null }

/** The number of the attempt after which an entry died. */
export const LAST_ATTEMPT =
  "coalesce(iif(json_valid(errors), json_extract(errors, '$[#-1].attempt'), NULL), attempts)"

const ROW = `SELECT seq, id, flow, name AS hop, key, tag, at, coalesce(until, at) AS died, octet_length(body) AS bytes,
  ${LAST_ATTEMPT} AS attempts,
  iif(json_valid(errors), json_extract(errors, '$[#-1].message'), NULL) AS message
  FROM entry JOIN hop ON no = entry.hop WHERE seq = ?`

/** A page of dead letters, in sequence. */
export const lettersOf = ({ db, tally }: Books, query: LettersQuery): readonly Letter[] => {
  const one = db.prepare(ROW)
  return findDead(db, tally, query).flatMap((seq) => letterOf(one.get(seq) as LetterRow | undefined))
}

/** Those of some ids, in their order; what is no dead letter is left out. */
export const lettersById = (db: DatabaseSync, ids: readonly string[]): readonly Letter[] => {
  const find = db.prepare(`SELECT seq FROM entry WHERE id = ? AND state IN (${HOLDING}, ${DEAD})`)
  const one = db.prepare(ROW)
  return ids.flatMap((id) => {
    const found = find.get(id)
    return found === undefined ? [] : letterOf(one.get(found['seq']!) as LetterRow | undefined)
  })
}

const letterOf = (row: LetterRow | undefined): readonly Letter[] =>
  row === undefined
    ? []
    : [Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null)) as unknown as Letter]
