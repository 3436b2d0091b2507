import type { DatabaseSync } from 'node:sqlite'
import type { Count } from '@xconnector/core'
import { DEAD, HOLDING, READY } from '../engine/row.js'
import { LAST_ATTEMPT } from './letters.js'

/** Something that happened to an entry, as far as it can be seen in the file afterwards. */
export interface Change {
  readonly what: 'new' | 'retry' | 'dead'
  readonly seq: number
  readonly id: string
  readonly flow: string
  readonly hop: string
  /** When it was written, or died: epoch milliseconds. A retry: when it goes again. */
  readonly at: number
  /** Failed attempts. */
  readonly attempts: number
  readonly key?: string
  /** Of the last failure. */
  readonly tag?: string
}

/** How far a journal has been looked at. */
export interface Mark {
  readonly seq: number
  /** Of the deaths that were seen: epoch milliseconds, and the ids at that very time. */
  readonly died: number
  readonly last: readonly string[]
  readonly dead: Readonly<Record<number, number>>
  /** Attempts of entries that wait to go again, by sequence number. */
  readonly waiting: ReadonlyMap<number, number>
}

/** At most so many of each kind are told of one look, the latest: nobody reads more. */
export const MOST = 500

const FROM = 'FROM entry JOIN hop ON no = entry.hop'
const COLUMNS = `seq, id, flow, name AS hop, attempts, key, tag ${FROM}`
// The last attempt of a dead letter stands with its failure.
const DIED = `seq, id, flow, name AS hop, ${LAST_ATTEMPT} AS attempts, key, tag ${FROM}`
const SQL = {
  top: 'SELECT coalesce(max(seq), 0) AS seq FROM entry',
  fresh: `SELECT 'new' AS what, at, ${COLUMNS} WHERE seq > ? AND state < ${HOLDING} ORDER BY seq DESC LIMIT ${MOST}`,
  hops: `SELECT no, coalesce(n, 0) AS dead FROM hop LEFT JOIN tally ON tally.hop = no AND what = 'dead'`,
  retry: `SELECT 'retry' AS what, due AS at, ${COLUMNS}
    WHERE entry.hop = ? AND state = ${READY} AND head = 1 AND claims = 0 AND due > ? AND attempts > 0 LIMIT ${MOST}`,
  dead: `SELECT 'dead' AS what, until AS at, ${DIED}
    WHERE entry.hop = ? AND state IN (${HOLDING}, ${DEAD}) AND until >= ? ORDER BY until DESC, seq DESC LIMIT ${MOST}`,
}

/** Where a journal stands before anything is told of it. */
export const markOf = (db: DatabaseSync, now: number): Mark => {
  const seq = Number(db.prepare(SQL.top).get()?.['seq'])
  const dead = deadOf(db)
  return {
    seq,
    died: now,
    last: [],
    dead,
    waiting: new Map(retriesOf(db, now).map((c) => [c.seq, c.attempts])),
  }
}

/**
 * What has happened since a mark, and the next mark: entries that are new and still there, those that wait to go again after
 * another failure, and those that died. What came and went between two looks is seen in the counts alone.
 */
export const changesSince = (
  db: DatabaseSync,
  mark: Mark,
  now: number,
): { readonly changes: readonly Change[]; readonly mark: Mark } => {
  const top = Number(db.prepare(SQL.top).get()?.['seq'])
  const fresh = rows(db, SQL.fresh, mark.seq)
  const retries = retriesOf(db, now)
  const again = retries.filter(({ seq, attempts }) => attempts > (mark.waiting.get(seq) ?? 0))
  const dead = deadOf(db)
  const moved = Object.keys(dead).filter((no) => dead[Number(no)] !== mark.dead[Number(no)])
  const died = moved.flatMap((no) => rows(db, SQL.dead, Number(no), mark.died))
  const told = died.filter((c) => c.at > mark.died || !mark.last.includes(c.id))
  const latest = told.reduce((max, { at }) => Math.max(max, at), mark.died)
  const next: Mark = {
    seq: Math.max(top, mark.seq),
    died: latest,
    last: [
      ...(latest === mark.died ? mark.last : []),
      ...told.filter((c) => c.at === latest).map((c) => c.id),
    ],
    dead,
    waiting: new Map(retries.map((c) => [c.seq, c.attempts])),
  }
  return { changes: [...fresh.toReversed(), ...again, ...told.toReversed()], mark: next }
}

/** How counters have moved: only those that have, and only forward. */
export const moved = (before: readonly Count[], after: readonly Count[]): readonly Count[] => {
  const was = new Map(before.map((c) => [`${c.flow}\n${c.hop}\n${c.what}`, c.n]))
  return after.flatMap((c) => {
    const n = c.n - (was.get(`${c.flow}\n${c.hop}\n${c.what}`) ?? 0)
    return n > 0 ? [{ ...c, n }] : []
  })
}

const retriesOf = (db: DatabaseSync, now: number): readonly Change[] =>
  Object.keys(deadOf(db)).flatMap((no) => rows(db, SQL.retry, Number(no), now))

const deadOf = (db: DatabaseSync): Readonly<Record<number, number>> =>
  Object.fromEntries(
    db
      .prepare(SQL.hops)
      .all()
      .map((row) => [Number(row['no']), Number(row['dead'])]),
  )

const rows = (db: DatabaseSync, sql: string, ...values: readonly number[]): readonly Change[] =>
  db
    .prepare(sql)
    .all(...values)
    .map((row) => Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null)) as unknown as Change)
