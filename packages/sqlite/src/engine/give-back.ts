import type { Books } from './books.js'
import type { Slim } from './row.js'
import { settleJoins } from './settle-joins.js'
import { isOutdated, supersede } from './supersede.js'

/** Ends an entry for which a newer version has come; gives whether that was so. */
export const superseded = (books: Books, row: Slim, now: number): boolean => {
  if (!isOutdated(books, row)) return false
  supersede(books, row)
  settleJoins(books, now)
  return true
}

/** Takes an entry back from a holder that did nothing with it. It waits again, unless a newer version has come. */
export const giveBack = (books: Books, row: Slim, now: number): 'ok' | 'superseded' => {
  if (superseded(books, row, now)) return 'superseded'
  books.leases.back(row.seq)
  return 'ok'
}
