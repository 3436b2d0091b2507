import type { DatabaseSync } from 'node:sqlite'
import type { HopRef } from '@xconnector/core'
import type { Opening, Settings, Start } from '../call.js'
import { Books } from './books.js'
import { MemoryLeases } from './memory-leases.js'
import { LEASED, READY } from './row.js'
import { RowLeases } from './row-leases.js'

/** Opens the books on a connection: counts the boot, and takes back what a dead process had in its hands. */
export const openBooks = (
  db: DatabaseSync,
  settings: Settings,
  start: Start,
  alone: boolean,
): { readonly books: Books; readonly boot: number; readonly opened: Opening['opened'] } => {
  const one = settings.processes === 'one'
  const { boot, wasClean } = countBoot(db)
  const expired = db
    .prepare(`SELECT 1 FROM entry WHERE state = ${LEASED} AND until <= ? LIMIT 1`)
    .get(start.now)
  const unclean = (alone && !wasClean) || (!one && expired !== undefined)
  const last = (db.prepare('SELECT max(seq) AS seq FROM entry').get() as { seq: number | null }).seq ?? 0
  const left = { suspectUpTo: unclean ? last : 0, outdatedUpTo: unclean || expired !== undefined ? last : 0 }
  let seq = last
  const books = new Books(db, one ? () => ++seq : () => null, (of) =>
    one ? new MemoryLeases(of, boot, left) : new RowLeases(of, boot),
  )
  if (one && left.outdatedUpTo > 0) takeBack(books)
  return { books, boot, opened: { unknown: unknownHops(books, start.hops), unclean } }
}

const countBoot = (db: DatabaseSync): { readonly boot: number; readonly wasClean: boolean } => {
  db.exec('BEGIN IMMEDIATE')
  const boot = db
    .prepare("INSERT INTO meta VALUES('boot', 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value")
    .get() as { value: number }
  const clean = db.prepare("SELECT value FROM meta WHERE name = 'clean'").get() as
    | { value: number }
    | undefined
  setClean(db, false)
  db.exec('COMMIT')
  return { boot: boot.value, wasClean: clean?.value !== 0 }
}

/** Says whether the last process closed the journal. */
export const setClean = (db: DatabaseSync, clean: boolean): void => {
  db.prepare("INSERT INTO meta VALUES('clean', ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(
    clean ? 1 : 0,
  )
}

// Nobody else is here, so no lease holds.
const takeBack = (books: Books): void =>
  books.transaction(() =>
    books.db.exec(`UPDATE entry SET state = ${READY}, fence = NULL, until = NULL WHERE state = ${LEASED}`),
  )

const unknownHops = (books: Books, hops: readonly HopRef[]): Opening['opened']['unknown'] => {
  const name = ({ flow, hop }: HopRef): string => `${flow}\n${hop}`
  const known = new Set(hops.map(name))
  return books.tally
    .counts()
    .filter((count) => count.what === 'waiting' && count.n > 0 && !known.has(name(count)))
    .map(({ flow, hop, n }) => ({ flow, hop, entries: n }))
}
