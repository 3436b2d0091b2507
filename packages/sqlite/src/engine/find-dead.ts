import type { DatabaseSync } from 'node:sqlite'
import type { FindQuery } from '@xconnector/core'
import { DEAD, HOLDING } from './row.js'
import type { Tally } from './tally.js'

/** A walk along the partial index of dead letters, from a place in it. */
export const DEAD_SQL: string = `SELECT seq FROM entry INDEXED BY entry_dead
  WHERE hop = (SELECT no FROM hop WHERE flow = ?1 AND name = ?2) AND state IN (${HOLDING}, ${DEAD}) AND seq > ?3
    AND (?4 IS NULL OR tag = ?4) AND (?6 IS NULL OR until >= ?6)
    AND (?7 IS NULL OR id = ?7 OR (id > ?8 AND id < ?9)) ORDER BY seq LIMIT ?5`

/** From so many dead letters on, those of one message are found quicker by its ids. */
const MANY = 10_000

/** Whether a query is for dead letters, and best answered by their index: a message may have a million entries that wait. */
export const asksForDead = (tally: Tally, { state, root }: FindQuery): boolean =>
  state === 'dead' &&
  (root === undefined || tally.counts().reduce((sum, c) => sum + (c.what === 'dead' ? c.n : 0), 0) <= MANY)

/**
 * Sequence numbers of dead letters, in sequence: hop by hop, for only so are they found without a look at whatever waits, and
 * a page of them costs the same behind a backlog of a million. `since`: only those that died then or later.
 */
export const findDead = (
  db: DatabaseSync,
  tally: Tally,
  query: FindQuery & { readonly since?: number },
): readonly number[] => {
  const { flow, hop, tag = null, since = null, after = 0, limit, root = null } = query
  const page = db.prepare(DEAD_SQL)
  // '0' is the character after '/'.
  const rest = [tag, limit, since, root, `${root}/`, `${root}0`] as const
  return tally
    .counts()
    .filter((c) => c.what === 'dead' && c.n > 0 && (flow ?? c.flow) === c.flow && (hop ?? c.hop) === c.hop)
    .flatMap((c) => page.all(c.flow, c.hop, after, ...rest) as unknown as readonly { readonly seq: number }[])
    .map(({ seq }) => seq)
    .sort((a, b) => a - b)
    .slice(0, limit)
}
