import type { FindQuery, Found, Json } from '@xconnector/core'
import type { Books } from './books.js'
import { givenBack } from './claimed.js'
import { asksForDead, findDead } from './find-dead.js'
import { DEAD, DONE, HOLDING, JOINING, READY, ROW, type Row } from './row.js'

interface FoundRow extends Row {
  readonly errors: string | null
}

const SMALL = 10_000

const FIRST = '(SELECT seq, id, hop, state, tag FROM entry WHERE seq > ? ORDER BY seq LIMIT 2000)'

/** Looks for entries, in sequence: `Admin.find`. */
export const find = (books: Books, query: FindQuery): readonly Found[] => {
  if (asksForDead(books.tally, query)) {
    const bySeq = books.db.prepare(`SELECT ${ROW}, errors FROM entry WHERE seq = ?`)
    const seqs = findDead(books.db, books.tally, query)
    return seqs.map((seq) => found(books, bySeq.get(seq) as unknown as FoundRow))
  }
  const { root, state, tag, after = 0, limit } = query
  // Left to itself, SQLite goes over all entries in sequence for the sake of the order: by its ids, unless there are very many.
  const small = root !== undefined && isSmall(books, root)
  const seqOf = small ? '+seq' : 'seq'
  const terms = [`${seqOf} > ?`]
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
  const where = terms.join(' AND ')
  const select = (from: string, ...more: number[]): readonly FoundRow[] => {
    const sql = `SELECT ${ROW}, errors FROM entry WHERE seq IN (SELECT seq FROM ${from} WHERE ${where} ORDER BY ${seqOf} LIMIT ?)`
    return books.db
      .prepare(`${sql} ORDER BY seq`)
      .all(...more, ...values, limit) as unknown as readonly FoundRow[]
  }
  // What waits of one message is mostly among the first of the journal, or else there is little of it: its ids are gone over
  // only when it is not, for a message may have a million of them.
  const rows = root !== undefined && !small && state === 'waiting' ? select(FIRST, after) : []
  return (rows.length < limit ? select('entry') : rows).map((row) => found(books, row))
}

/** Whether a message has so few entries that they are sorted quicker than found in sequence. */
const isSmall = (books: Books, root: string): boolean => {
  const { n } = books.db
    .prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM entry WHERE id > ? AND id < ? LIMIT ${SMALL})`)
    .get(`${root}/`, `${root}0`) as { readonly n: number }
  return n < SMALL
}

/** An entry by its id, whatever its state. */
export const findById = (books: Books, id: string): Found | undefined => {
  const row = books.db.prepare(`SELECT ${ROW}, errors FROM entry WHERE id = ?`).get(id) as
    | FoundRow
    | undefined
  return row === undefined ? undefined : found(books, row)
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
