import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Want } from '@xconnector/core'
import { READY } from './row.js'

/** A row that could be claimed. */
export interface Candidate {
  readonly seq: number
  /** When it came due; of an overdue one, its deadline. */
  readonly due: number
}

const from = (due: 'due' | 'deadline', claims: '= 0' | '> 0'): string =>
  `SELECT seq, ${due} AS due FROM entry WHERE hop = ?1 AND state = ${READY} AND head = 1 AND claims ${claims}`
const DUE = 'AND due <= ?2 ORDER BY due, seq LIMIT ?3'
const OVERDUE = 'AND deadline IS NOT NULL AND deadline <= ?2 AND due <= ?2 ORDER BY deadline, seq LIMIT ?3'

const waiting = `FROM entry WHERE hop = ?1 AND state = ${READY} AND head = 1 AND deadline IS NOT NULL`

type Name = 'ready' | 'suspect' | 'overdue' | 'overdueSuspect' | 'later' | 'laterDeadline'

/** The statements that look for claimable rows. Each one is a seek in a partial index of its own. */
export const READY_SQL: Readonly<Record<Name, string>> = {
  ready: `${from('due', '= 0')} ${DUE}`,
  suspect: `${from('due', '> 0')} ${DUE}`,
  overdue: `${from('deadline', '= 0')} ${OVERDUE}`,
  overdueSuspect: `${from('deadline', '> 0')} ${OVERDUE}`,
  later: `${from('due', '= 0')} AND due > ?2 ORDER BY due LIMIT 1`,
  laterDeadline: `SELECT min(due) AS due FROM (
    SELECT * FROM (SELECT deadline AS due ${waiting} AND deadline > ?2 ORDER BY deadline LIMIT 1)
    UNION ALL
    SELECT min(due) ${waiting} AND deadline <= ?2 AND due > ?2)`,
}

type Kind = 'due' | 'overdue'
const kindOf = (want: Want): Kind => (want.overdue === true ? 'overdue' : 'due')

/** Looks for rows of a hop that could be claimed. Only reads. */
export class ReadyRows {
  readonly #ready: Record<Kind, StatementSync>
  readonly #suspect: Record<Kind, StatementSync>
  readonly #later: Record<Kind, StatementSync>

  constructor(db: DatabaseSync) {
    this.#ready = { due: db.prepare(READY_SQL.ready), overdue: db.prepare(READY_SQL.overdue) }
    this.#suspect = { due: db.prepare(READY_SQL.suspect), overdue: db.prepare(READY_SQL.overdueSuspect) }
    this.#later = { due: db.prepare(READY_SQL.later), overdue: db.prepare(READY_SQL.laterDeadline) }
  }

  ready(want: Want, hop: number, now: number, limit: number): readonly Candidate[] {
    return this.#ready[kindOf(want)].all(hop, now, limit) as unknown as readonly Candidate[]
  }

  /** Entries that a crash left behind, and that had been claimed before it. */
  suspects(want: Want, hop: number, now: number, limit: number): readonly Candidate[] {
    return this.#suspect[kindOf(want)].all(hop, now, limit) as unknown as readonly Candidate[]
  }

  /** When the next one of the hop comes due. */
  later(want: Want, hop: number, now: number): number | undefined {
    return (this.#later[kindOf(want)].get(hop, now) as { due: number | null } | undefined)?.due ?? undefined
  }
}

/** What was found for one want: what to take, and when there is more. */
export interface Pick {
  readonly take: readonly (Candidate & { readonly suspect: boolean })[]
  readonly next: number | undefined
}

/**
 * Picks what one want may have, in order of due time, then sequence: at most one suspect, and none while one is in hand.
 * `held`: how many rows that say ready may be in somebody's hands; `isHeld` says which.
 */
export const pick = (
  rows: ReadyRows,
  want: Want,
  hop: number,
  query: {
    readonly now: number
    readonly quota: number
    readonly held: number
    readonly isHeld: (seq: number) => boolean
    readonly trial: boolean
  },
): Pick => {
  const { now, quota, held, isHeld } = query
  const free = (found: readonly Candidate[]): readonly Candidate[] =>
    held === 0 ? found : found.filter(({ seq }) => !isHeld(seq))
  const ready = free(rows.ready(want, hop, now, quota + held + 1)).map((row) => ({ ...row, suspect: false }))
  const suspects = query.trial ? [] : free(rows.suspects(want, hop, now, held + 1)).slice(0, 1)
  const all = [...suspects.map((row) => ({ ...row, suspect: true })), ...ready]
  if (suspects.length > 0) all.sort((a, b) => a.due - b.due || a.seq - b.seq)
  return { take: all.slice(0, quota), next: all[quota]?.due ?? rows.later(want, hop, now) }
}
