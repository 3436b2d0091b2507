import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { HopRef } from '@xconnector/core'
import { HOLDING, LEASED, READY } from './row.js'
import type { Tally } from './tally.js'

/** Rows that are looked at, of each hop and at the beginning of the table. */
const LOOKED_AT = 500

const ready = `FROM entry WHERE hop = ?1 AND state = ${READY} AND head = 1 AND claims`

/** Each is a walk of a few steps along a partial index, or along the table. */
export const OLDEST_SQL: Readonly<Record<'ready' | 'suspect' | 'leased' | 'first', string>> = {
  ready: `SELECT min(at) AS at FROM (SELECT at ${ready} = 0 ORDER BY due LIMIT ${LOOKED_AT})`,
  suspect: `SELECT min(at) AS at FROM (SELECT at ${ready} > 0 ORDER BY due LIMIT ${LOOKED_AT})`,
  leased: `SELECT min(at) AS at FROM
    (SELECT at FROM entry WHERE hop = ?1 AND state = ${LEASED} ORDER BY until LIMIT ${LOOKED_AT})`,
  first: `SELECT hop, min(at) AS at FROM (SELECT hop, state, at FROM entry ORDER BY seq LIMIT ${LOOKED_AT})
    WHERE state < ${HOLDING} GROUP BY hop`,
}

/**
 * When the oldest entry that waits at each hop was written: `Admin.oldest`. There is no index for it, for each write would pay
 * for that. What is due first was mostly written first; and what has waited longest of all is at the beginning of the table.
 */
export class Oldest {
  readonly #ofHop: readonly StatementSync[]
  readonly #first: StatementSync
  readonly #hop: StatementSync

  constructor(db: DatabaseSync) {
    this.#ofHop = [OLDEST_SQL.ready, OLDEST_SQL.suspect, OLDEST_SQL.leased].map((sql) => db.prepare(sql))
    this.#first = db.prepare(OLDEST_SQL.first)
    this.#hop = db.prepare('SELECT no FROM hop WHERE flow = ? AND name = ?')
  }

  all(tally: Tally): readonly (HopRef & { readonly at: number })[] {
    const rows = this.#first.all() as unknown as readonly { readonly hop: number; readonly at: number }[]
    const first = new Map(rows.map(({ hop, at }) => [hop, at]))
    return tally.counts().flatMap(({ flow, hop, what, n }) => {
      if (what !== 'waiting' || n <= 0) return []
      const { no } = this.#hop.get(flow, hop) as unknown as { readonly no: number }
      const found = this.#ofHop.map((q) => (q.get(no) as unknown as { readonly at: number | null }).at)
      const at = Math.min(...[first.get(no), ...found].map((t) => t ?? Infinity))
      return at === Infinity ? [] : [{ flow, hop, at }]
    })
  }
}
