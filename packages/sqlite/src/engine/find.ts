import type { FindQuery, Found, Json } from '@xconnector/core'
import type { Books } from './books.js'
import { givenBack } from './claimed.js'
import { DEAD, DONE, HOLDING, JOINING, READY, ROW, type Row } from './row.js'

interface FoundRow extends Row {
  readonly errors: string | null
}

/** Looks for entries, in sequence: `Admin.find`. */
export const find = (books: Books, query: FindQuery): readonly Found[] => {
  const { root, state, tag, after = 0, limit } = query
  const terms = ['seq > ?']
  const values: (string | number)[] = [after]
  const also = (term: string, ...more: (string | number)[]): void => {
    terms.push(term)
    values.push(...more)
  }
  // '0' is the character after '/'.
  if (root !== undefined) also('(id = ? OR (id > ? AND id < ?))', root, `${root}/`, `${root}0`)
  if (state === 'dead') also(`state IN (${HOLDING}, ${DEAD})`)
  if (state === 'waiting') also(`state < ${HOLDING}`)
  if (query.flow !== undefined) also('hop IN (SELECT no FROM hop WHERE flow = ?)', query.flow)
  if (query.hop !== undefined) also('hop IN (SELECT no FROM hop WHERE name = ?)', query.hop)
  if (tag !== undefined) also('tag = ?', tag)
  const sql = `SELECT ${ROW}, errors FROM entry WHERE ${terms.join(' AND ')} ORDER BY seq LIMIT ?`
  const rows = books.db.prepare(sql).all(...values, limit) as unknown as readonly FoundRow[]
  return rows.map((row) => found(books, row))
}

const found = (books: Books, row: FoundRow): Found => ({
  ...givenBack(books, row),
  seq: row.seq,
  at: row.at,
  due: row.due,
  state: stateOf(books, row),
  attempts: row.attempts,
  claims: row.claims,
  errors: row.errors === null ? [] : (JSON.parse(row.errors) as Json[]),
  ...(row.expect !== null && { replies: books.joins.replies(row) }),
})

const stateOf = (books: Books, { state, seq }: Row): Found['state'] => {
  if (state === READY) return books.leases.isHeld(seq) ? 'claimed' : 'ready'
  if (state === JOINING) return 'joining'
  if (state === DONE) return 'done'
  return state === HOLDING || state === DEAD ? 'dead' : 'claimed'
}
