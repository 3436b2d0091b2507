import type { Judged, NewEntry, Settlement } from '@xconnector/core'
import type { Books } from './books.js'
import { endEntry } from './end-entry.js'
import { giveBack } from './give-back.js'
import { type Slim, wholeMs } from './row.js'
import { settleJoins } from './settle-joins.js'
import { isOutdated, supersede } from './supersede.js'
import { writeEntry } from './write-entry.js'

/** Settles claimed entries, each judged alone: `Journal.commit`. Whatever is judged is judged before the first write. */
export const settle = (books: Books, batch: readonly Settlement[], now: number): readonly Judged[] =>
  batch.map((settlement) => {
    const row = books.leases.find(settlement.lease)
    if (row === undefined) return 'fenced'
    if (settlement.state !== undefined) {
      if (!books.states.fits(settlement.state)) return 'conflict'
      books.states.move(settlement.state)
    }
    if (settlement.wake !== undefined) for (const id of settlement.wake) books.entries.wake(id, now)
    const inherited = settlement.emit !== undefined && emit(books, row, settlement.emit, now)
    const judged = conclude(books, row, settlement, !inherited, now)
    settleJoins(books, now)
    return judged
  })

/** Writes what a settlement emits; gives whether one of it answers in the settled entry's stead. */
const emit = (books: Books, row: Slim, entries: readonly NewEntry[], now: number): boolean => {
  let inherited = false
  for (const entry of entries) {
    writeEntry(books, entry, entry.envelope ?? row.envelope, now)
    const { answers } = entry
    inherited ||= answers !== undefined && answers.join === row.jid && answers.as === row.jname
  }
  return inherited
}

const conclude = (books: Books, row: Slim, outcome: Settlement, answers: boolean, now: number): Judged => {
  const { seq } = row
  switch (outcome.as) {
    case 'done':
      endEntry(books, row, outcome.why)
      if (answers) {
        const { reply } = outcome
        books.joins.answer(row, reply === undefined ? { as: 'none' } : { as: 'reply', value: reply })
      }
      return 'ok'
    case 'again': {
      if (isOutdated(books, row)) {
        if (answers) supersede(books, row)
        else endEntry(books, row, 'superseded')
        return 'superseded'
      }
      const memo = outcome.memo === undefined ? null : JSON.stringify(outcome.memo)
      books.entries.again(seq, wholeMs(outcome.at), outcome.spend, memo, outcome.error)
      books.leases.release(seq)
      return 'ok'
    }
    case 'back':
      return giveBack(books, row, now)
    case 'dead':
      books.entries.dead(seq, outcome.hold === true, now, outcome.error)
      books.leases.release(seq)
      books.tally.count(row.hop, 'dead')
      if (outcome.hold !== true) books.entries.promote(row)
      if (answers) books.joins.answer(row, { as: 'failure', error: outcome.error })
      return 'ok'
  }
}
