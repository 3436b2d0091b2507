import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from '../schema/migrate.js'
import type { Settings } from '../call.js'
import { judgeVersion, SAFE_VERSION } from './engine-version.js'
import { isLog } from './log-header.js'
import { createPrivate } from './private-file.js'
import { EngineTrouble } from './trouble.js'

/**
 * Opens a journal's file with everything that durability asks for, and brings its schema up to date. It waits for
 * others up to 5 s, until `waitNoMore`.
 */
export const connect = (settings: Settings, remark: (text: string) => void): DatabaseSync => {
  const { file } = settings
  heedLog(file)
  createPrivate(file)
  const db = new DatabaseSync(file, { timeout: 5000 })
  try {
    heedVersion(String(db.prepare('SELECT sqlite_version() AS v').get()?.['v']), settings, remark)
    writeAhead(db, file)
    db.exec('PRAGMA synchronous = FULL')
    // Pages, 32 MB: a checkpoint syncs the file, and is worth more pages than SQLite's 1,000.
    db.exec('PRAGMA wal_autocheckpoint = 8000')
    db.exec('PRAGMA trusted_schema = OFF')
    db.exec('PRAGMA cache_size = -16000')
    db.exec('PRAGMA journal_size_limit = 67108864')
    migrate(db, file)
    if (settings.maxBytes !== undefined) limit(db, settings.maxBytes)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Refuses a log whose journal is gone, and one that does not begin as a log: SQLite would begin anew over it, with all lost
 * that was not in the journal's file yet, which of a young journal is everything.
 */
export const heedLog = (file: string): void => {
  const log = `${file}-wal`
  const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size(log) === 0) return
  if (size(file) === 0) throw orphanedLog(file)
  if (!isLog(log)) throw noLog(file)
}

/** From here on nobody waits inside SQLite: its waits are unfair, and would stop an event loop for seconds. */
export const waitNoMore = (db: DatabaseSync): void => db.exec('PRAGMA busy_timeout = 0')

/** Refuses, or remarks on, a version of SQLite that has the WAL-reset bug. */
export const heedVersion = (
  version: string,
  { file, processes }: Pick<Settings, 'file' | 'processes'>,
  remark: (text: string) => void,
): void => {
  const verdict = judgeVersion(version, processes)
  if (verdict === 'refuse') throw tooOld(version, file)
  if (verdict === 'warn')
    remark(`SQLite ${version} of this Node has a known fault; ${SAFE_VERSION} or newer is better`)
}

/** Turns the write-ahead log on. */
export const writeAhead = (db: DatabaseSync, file: string): void => {
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
  if (mode !== 'wal') throw noWal(file)
}

const orphanedLog = (file: string): EngineTrouble =>
  new EngineTrouble(
    'corrupt',
    `The journal ${file} is missing or empty, but its log ${file}-wal is there and may hold messages. ` +
      'Put the file back that belongs to it, or move the log away to begin anew.',
  )

const noLog = (file: string): EngineTrouble =>
  new EngineTrouble(
    'corrupt',
    `The log ${file}-wal of the journal ${file} is damaged, and may hold messages. Keep a copy of all its files, then ` +
      'restore a backup, or move the log away to go on without what was in it.',
  )

const limit = (db: DatabaseSync, bytes: number): void => {
  const page = Number(db.prepare('PRAGMA page_size').get()?.['page_size'])
  db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytes / page))}`)
}

const tooOld = (version: string, file: string): EngineTrouble =>
  new EngineTrouble(
    'engine-too-old',
    `The journal ${file} cannot be shared by several processes with SQLite ${version}, which may corrupt it. ` +
      `Use a Node with SQLite ${SAFE_VERSION} or newer (22.23.3, 24.15.0, 26.0.0), or processes: 'one'.`,
  )

const noWal = (file: string): EngineTrouble =>
  new EngineTrouble(
    'unwritable',
    `The journal ${file} cannot be kept there: the file system offers no shared memory, which SQLite's WAL needs. ` +
      'Put it on a local disk.',
  )
