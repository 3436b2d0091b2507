import type { NewEntry, StateMove, Taken } from '@xconnector/core'
import type { Books } from './books.js'
import { settleJoins } from './settle-joins.js'
import { writeEntry } from './write-entry.js'

/** Puts messages in: `Journal.accept`. */
export const accept = (
  books: Books,
  entries: readonly NewEntry[],
  { state, wake }: { readonly state?: readonly StateMove[]; readonly wake?: readonly string[] },
  now: number,
): readonly Taken[] | 'conflict' => {
  if (state !== undefined) {
    if (!books.states.fits(state)) return 'conflict'
    books.states.move(state)
  }
  if (wake !== undefined) for (const id of wake) books.entries.wake(id, now)
  return entries.map((entry) => take(books, entry, now))
}

const take = (books: Books, entry: NewEntry, now: number): Taken => {
  const { id, dedupe } = entry
  const first = dedupe && books.dedupe.take(dedupe.key, id, dedupe.until, now)
  if (first !== undefined) return { id: first, as: 'duplicate' }
  const written = writeEntry(books, entry, entry.envelope ?? null, now)
  settleJoins(books, now)
  return { id, as: written === 'known' ? 'duplicate' : written }
}
