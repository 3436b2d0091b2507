import type { JsonText } from '../message/json.js'
import type { Judged, NewEntry, Outcome, Settlement } from '../ports/journal.js'
import { checkText } from './accept.js'
import { answer, answeringAfter, noReply, type Part } from './answer.js'
import type { Disk } from './disk.js'
import { bury, end } from './end.js'
import { type Entry, keepError } from './entry.js'
import { insert } from './insert.js'
import { outdated } from './latest.js'
import { heldBy, letGo, uncount } from './lease.js'
import { becomeReady, wake } from './ready.js'
import { expected, move, textMoves, type TextMove } from './state.js'

interface Prepared {
  readonly settlement: Settlement
  readonly moves: readonly TextMove[]
  readonly error: JsonText | undefined
  readonly memo: JsonText | undefined
}

/** Settles claimed entries, each judged alone: `Journal.commit`. */
export const commit = (disk: Disk, batch: readonly Settlement[], now: number): readonly Judged[] =>
  batch.map(prepare).map((prepared) => settle(disk, prepared, now))

const textOf = (value: unknown): JsonText | undefined =>
  value === undefined ? undefined : JSON.stringify(value)

const prepare = (settlement: Settlement): Prepared => {
  if (settlement.emit !== undefined) checkText(settlement.emit)
  return {
    settlement,
    moves: textMoves(settlement.state),
    error: 'error' in settlement ? textOf(settlement.error) : undefined,
    memo: settlement.as === 'again' ? textOf(settlement.memo) : undefined,
  }
}

const settle = (disk: Disk, prepared: Prepared, now: number): Judged => {
  const { settlement, moves } = prepared
  const entry = heldBy(disk, settlement.lease)
  if (entry === undefined) return 'fenced'
  if (!expected(disk, moves)) return 'conflict'
  move(disk, moves)
  if (settlement.wake !== undefined) wake(disk, settlement.wake, now)
  const inherited = settlement.emit !== undefined && emit(disk, entry, settlement.emit, now)
  letGo(disk, entry)
  return conclude(disk, entry, settlement, prepared, !inherited)
}

/** Writes what a settlement emits; gives whether one of it answers in the settled entry's stead. */
const emit = (
  disk: Disk,
  { envelope, answers }: Entry,
  emitted: readonly NewEntry[],
  now: number,
): boolean => {
  answeringAfter(disk, () => {
    for (const next of emitted) insert(disk, next, now, next.envelope ?? envelope)
  })
  if (answers === undefined) return false
  return emitted.some(({ answers: by }) => by?.join === answers.join && by.as === answers.as)
}

const conclude = (disk: Disk, entry: Entry, outcome: Outcome, texts: Prepared, answers: boolean): Judged => {
  const tell = (part: Part): void => {
    if (answers) answer(disk, entry, part)
  }
  const goAgain = (): Judged => {
    if (!outdated(disk, entry)) {
      becomeReady(disk, entry)
      return 'ok'
    }
    end(disk, entry, 'superseded')
    tell(noReply)
    return 'superseded'
  }
  switch (outcome.as) {
    case 'done':
      end(disk, entry, outcome.why)
      tell(outcome.reply === undefined ? noReply : { as: 'reply', text: outcome.reply })
      return 'ok'
    case 'again':
      settled(entry, texts.error)
      entry.due = outcome.at
      entry.memo = texts.memo
      if (outcome.spend) entry.attempts++
      return goAgain()
    case 'back':
      uncount(entry)
      return goAgain()
    case 'dead':
      settled(entry, texts.error)
      bury(entry, outcome.hold === true)
      tell({ as: 'failure', text: texts.error! })
      return 'ok'
  }
}

/** An outcome: crashes are counted anew, and what was sent is known. */
const settled = (entry: Entry, error: JsonText | undefined): void => {
  entry.claims = 0
  entry.marks?.delete('sent')
  if (error !== undefined) keepError(entry, error)
}
