import type { JsonText } from '../message/json.js'
import type { NewEntry } from '../ports/journal.js'
import { answer, judgeJoin, noReply } from './answer.js'
import type { Disk } from './disk.js'
import { Entry, keepError } from './entry.js'
import { enterKey } from './order.js'
import { becomeReady } from './ready.js'
import { keep } from './retention.js'
import { admit } from './supersede.js'

/** What became of an entry that came in. `known`: its id exists already; it was left alone. */
export type Inserted = 'accepted' | 'superseded' | 'dead' | 'known'

/** Writes one entry: a dead letter from the start, or superseded at once, or waiting. */
export const insert = (disk: Disk, from: NewEntry, now: number, envelope: JsonText | undefined): Inserted => {
  if (disk.entries.has(from.id)) return 'known'
  const { latest } = from
  const line = disk.line(from.flow, from.hop)
  line.tally.in++
  if (from.dead !== undefined) {
    const letter = new Entry(from, line, ++disk.seq, now, envelope)
    keepError(letter, JSON.stringify(from.dead))
    letter.state = 'dead'
    line.tally.dead++
    keep(disk, letter)
    answer(disk, from, { as: 'failure', text: letter.errors![0]! })
    return 'dead'
  }
  if (latest !== undefined && !admit(disk, from.flow, latest.key, latest.version)) {
    line.tally.superseded++
    answer(disk, from, noReply)
    return 'superseded'
  }
  const entry = new Entry(from, line, ++disk.seq, now, envelope)
  keep(disk, entry)
  enterKey(entry)
  if (entry.join === undefined) {
    becomeReady(disk, entry)
  } else {
    entry.state = 'joining'
    judgeJoin(disk, entry)
  }
  return 'accepted'
}
