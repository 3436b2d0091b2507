import type { Also, NewEntry, Taken } from '../ports/journal.js'
import { answeringAfter } from './answer.js'
import { bind, boundTo } from './dedupe.js'
import type { Disk } from './disk.js'
import { insert } from './insert.js'
import { wake } from './ready.js'
import { expected, move, textMoves } from './state.js'

/** Puts messages in: `Journal.accept`. */
export const accept = (
  disk: Disk,
  entries: readonly NewEntry[],
  also: Also | undefined,
  now: number,
): readonly Taken[] | 'conflict' => {
  const moves = textMoves(also?.state)
  checkText(entries)
  if (!expected(disk, moves)) return 'conflict'
  move(disk, moves)
  if (also?.wake !== undefined) wake(disk, also.wake, now)
  return answeringAfter(disk, () => entries.map((entry) => take(disk, entry, now)))
}

/** Makes text of whatever will have to be text, so that a value that cannot be fails before anything is written. */
export const checkText = (entries: readonly NewEntry[]): void => {
  for (const { dead } of entries) if (dead !== undefined) JSON.stringify(dead)
}

const take = (disk: Disk, entry: NewEntry, now: number): Taken => {
  const { id, dedupe } = entry
  const first = dedupe && boundTo(disk, dedupe.key, now)
  if (first !== undefined) return { id: first, as: 'duplicate' }
  const inserted = insert(disk, entry, now, entry.envelope)
  if (inserted === 'known') return { id, as: 'duplicate' }
  if (dedupe !== undefined) bind(disk, dedupe, id, now)
  return { id, as: inserted }
}
