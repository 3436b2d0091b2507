import type { Done } from '@xconnector/core'
import type { Books } from './books.js'
import type { Slim } from './row.js'

/** Ends an entry for good, and counts it. Answering its join is the caller's. */
export const endEntry = (books: Books, row: Slim, why: Done): void => {
  books.tally.count(row.hop, why)
  if (row.expect !== null) books.joins.clear(row.id)
  books.leases.release(row.seq)
  books.entries.remove(row)
  books.entries.promote(row)
}
