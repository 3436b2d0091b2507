import { accessSync, constants, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { EngineTrouble, isRefused } from '../engine/trouble.js'
import { newestSchema, readSchema, type Schema } from '../schema/migrate.js'
import { noJournal } from './no-journal.js'

/** A connection that only reads, and what it found. */
export interface Look extends Schema {
  readonly db: DatabaseSync
  /**
   * Nobody had the file open, so that it was read as it lies there: what is written from now on is not seen. When it was
   * written last, then, in milliseconds.
   */
  readonly still?: number
}

/** Whether what is looked at is still what is there. */
export const isFresh = (file: string, { still }: Look): boolean =>
  still === undefined || still === writtenAt(file)

/**
 * Opens a journal's file to look at it. It makes no file, writes nothing, and takes no lock that others would notice.
 *
 * @throws EngineTrouble `missing`, `unwritable` (it cannot be read), `corrupt`, `newer-schema`.
 */
export const look = (file: string): Look => {
  isThere(file)
  const still = writtenAt(file)
  const db = opened(file, still)
  try {
    const found = readSchema(db, file)
    if (found.schema === 0) throw noJournal(file)
    return { db, ...found, ...(still !== undefined && { still }) }
  } catch (error) {
    db.close()
    throw error
  }
}

// Where there is no log, an ordinary reader would make one, and leave it behind.
const opened = (file: string, still: number | undefined): DatabaseSync => {
  try {
    return still === undefined ? reader(file) : asItLies(file)
  } catch (error) {
    throw isRefused(error) ? unreadable(file, `${file}, ${file}-wal or ${file}-shm`) : error
  }
}

/** Whether this build may write to it: only to the schema that it makes itself. */
export const mayAct = ({ schema }: Schema): boolean => schema === newestSchema()

// undefined: somebody has it open, or has left a log behind.
const writtenAt = (file: string): number | undefined =>
  statSync(`${file}-wal`, { throwIfNoEntry: false }) === undefined
    ? statSync(file, { throwIfNoEntry: false })?.mtimeMs
    : undefined

const isThere = (file: string): void => {
  try {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found === undefined) throw new EngineTrouble('missing', `There is no journal ${file}.`)
    if (!found.isFile()) throw new EngineTrouble('missing', `${file} is no file, and so no journal.`)
    accessSync(file, constants.R_OK)
  } catch (error) {
    if (error instanceof EngineTrouble) throw error
    throw unreadable(file, String((error as NodeJS.ErrnoException).code))
  }
}

const unreadable = (file: string, what: string): EngineTrouble =>
  new EngineTrouble(
    'unwritable',
    `The journal ${file} cannot be read by this user (${what}). ` +
      'Ask as the user whose service writes it, or as one who may read it.',
  )

const asItLies = (file: string): DatabaseSync =>
  new DatabaseSync(`${pathToFileURL(file).href}?immutable=1`, { readOnly: true })

// A reader of a log keeps nobody from writing, so it may wait while the log is being repaired.
const reader = (file: string): DatabaseSync => {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    return db
  } catch (error) {
    db.close()
    // An empty log of another user's, and nobody there: there is nothing in it that could be missed.
    if (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size === 0) return asItLies(file)
    throw error
  }
}
