import type { Books } from './books.js'
import { JOINING } from './row.js'
import { isOutdated, supersede } from './supersede.js'

/**
 * Hands out the answers that are on their way. A join that does not wait any more drops them; one that has enough goes
 * on, unless a newer version has come.
 */
export const settleJoins = (books: Books, now: number): void => {
  for (let next = books.joins.next(); next !== undefined; next = books.joins.next()) {
    const join = books.joins.find(next.join)
    if (join?.state !== JOINING || !books.joins.put(join, next.as, next.reply)) continue
    if (isOutdated(books, join)) supersede(books, join)
    else books.joins.ready(join.seq, now)
  }
}
