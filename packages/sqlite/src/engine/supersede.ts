import type { Books } from './books.js'
import { endEntry } from './end-entry.js'
import type { Slim } from './row.js'

/** Whether a newer version of an entry has come. */
export const isOutdated = (books: Books, { lkey, version }: Slim): boolean =>
  lkey !== null && version !== null && books.latest.isOlder(lkey, version)

/** Ends an entry because a newer version has come; its join gets nothing from it. */
export const supersede = (books: Books, row: Slim): void => {
  endEntry(books, row, 'superseded')
  books.joins.answer(row, { as: 'none' })
}
