import type { Done } from '@xconnector/core'
import type { Books } from './books.js'
import type { Gives } from '../call.js'
import { endEntry } from './end-entry.js'
import { superseded } from './give-back.js'
import { DEAD, DONE, HOLDING, JOINING, READY, ROW, type Row } from './row.js'
import { settleJoins } from './settle-joins.js'

const isDead = (state: number): boolean => state === HOLDING || state === DEAD

/** Sends dead letters again: `Admin.replay`. */
export const replay = (books: Books, ids: readonly string[], now: number): Gives['replay'] =>
  ids.map((id) => {
    const row = books.entries.byId(id)
    if (row === undefined || !isDead(row.state)) return 'absent'
    const came = row.jid === null || row.jname === null ? 'replayed' : reopen(books, row.jid, row.jname, now)
    rise(books, row, READY, now)
    // A newer version may have come since: this one would only undo it.
    superseded(books, row, now)
    return came
  })

/** Takes a dead letter from the dead, to where its key stands now. */
const rise = (books: Books, row: Row, state: number, now: number): void => {
  books.tally.count(row.hop, 'dead', -1)
  const head = row.key === null || row.state === HOLDING || !books.entries.isAlive(row.hop, row.key)
  books.entries.revive(row.seq, state, head, now)
}

/** Lets a join wait for a branch again, unless it is in somebody's hand or has ended. */
const reopen = (books: Books, id: string, as: string, now: number): 'reopened' | 'late' => {
  const row = books.entries.byId(id)
  if (row === undefined || row.expect === null) return 'late'
  const openable = row.state === READY || row.state === JOINING || isDead(row.state)
  if (!openable || books.leases.isHeld(row.seq)) return 'late'
  books.joins.forget(id, as)
  if (isDead(row.state)) {
    // Its own death was its answer: who waited for that waits for it again.
    if (row.jid !== null && row.jname !== null) reopen(books, row.jid, row.jname, now)
    rise(books, row, JOINING, now)
  } else if (row.state === READY) books.entries.wait(row.seq)
  return 'reopened'
}

/** Ends whatever is alive or dead, wherever it is: a holder is fenced. What waited answers its join with nothing. */
const drop = (books: Books, row: Row, why: Done): void => {
  if (isDead(row.state)) books.tally.count(row.hop, 'dead', -1)
  endEntry(books, row, why)
  if (!isDead(row.state)) books.joins.answer(row, { as: 'none' })
}

/** Ends dead letters or waiting entries: `Admin.discard`. */
export const discard = (books: Books, ids: readonly string[], why: string, now: number): readonly boolean[] =>
  ids.map((id) => {
    const row = books.entries.byId(id)
    if (row === undefined || row.state === DONE) return false
    drop(books, row, why === 'replayed' ? 'replayed' : 'discarded')
    settleJoins(books, now)
    return true
  })

/** The same, of dead letters only: an id may be of a message that is on its way again. */
export const discardDead = (
  books: Books,
  ids: readonly string[],
  why: string,
  now: number,
): readonly boolean[] =>
  ids.map((id) => {
    const row = books.entries.byId(id)
    return row !== undefined && isDead(row.state) && discard(books, [id], why, now)[0] === true
  })

/** Removes what is kept of a key, whether it orders entries or versions: `Admin.erase`. Reads the whole table. */
export const erase = (books: Books, key: string, now: number): number => {
  const find = books.db.prepare(
    `SELECT ${ROW} FROM entry WHERE key = ?1 OR substr(lkey, instr(lkey, char(10)) + 1) = ?1 ORDER BY seq`,
  )
  const rows = find.all(key) as unknown as readonly Row[]
  for (const row of rows) {
    if (row.state !== DONE) drop(books, row, 'discarded')
    books.entries.erase(row.seq)
  }
  settleJoins(books, now)
  books.latest.forget(key)
  return rows.length
}
