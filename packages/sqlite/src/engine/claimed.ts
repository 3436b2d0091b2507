import type { Claimed, Json, NewEntry } from '@xconnector/core'
import type { Books } from './books.js'
import { marksOf } from './entries.js'
import { joinOf } from './joins.js'
import { tokenOf } from './leases.js'
import type { Row } from './row.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What was given in, as it is given back. */
export const givenBack = (books: Books, row: Row): NewEntry => {
  const { flow, hop } = books.hops.name(row.hop)
  const entry: Mutable<NewEntry> = { id: row.id, flow, hop, body: row.body }
  if (row.envelope !== null) entry.envelope = row.envelope
  if (row.key !== null) entry.key = row.key
  if (row.lkey !== null && row.version !== null) {
    entry.latest = { key: row.lkey.slice(row.lkey.indexOf('\n') + 1), version: row.version }
  }
  if (row.deadline !== null) entry.deadline = row.deadline
  const join = joinOf(row)
  if (join !== undefined) entry.join = join
  if (row.jid !== null && row.jname !== null) entry.answers = { join: row.jid, as: row.jname }
  return entry
}

/** A row, as its holder gets it. */
export const claimed = (books: Books, row: Row, fence: string): Claimed => {
  const { id, seq, at, attempts, claims, memo, marks } = row
  const out = Object.assign(givenBack(books, row), {
    lease: { id, token: tokenOf(seq, fence) },
    seq,
    at,
    attempts,
    claims,
    marks: marksOf(marks),
  }) as Mutable<Claimed>
  if (memo !== null) out.memo = JSON.parse(memo) as Json
  if (row.expect !== null) out.replies = books.joins.replies(row)
  return out
}
