import type { DatabaseSync } from 'node:sqlite'
import { EngineTrouble } from '../engine/trouble.js'
import { journal } from './migrations/0001-journal.js'
import type { Migration } from './migrations/migration.js'

/** All steps of the schema that this build knows, in order. */
export const migrations: readonly Migration[] = [journal]

// 'xCon' in ASCII: marks the file as ours, see PRAGMA application_id in SQLite's documentation.
const APPLICATION = 0x78436f6e

/**
 * Brings a file to this build's schema, each step in one transaction, so that a crash in between leaves a whole schema.
 * A file of a newer schema is taken as it is when its `readable` number allows that.
 *
 * @throws EngineTrouble `newer-schema`, and `corrupt` for a database that belongs to something else.
 */
export const migrate = (db: DatabaseSync, file: string, known: readonly Migration[] = migrations): void => {
  const found = readSchema(db, file, known)
  for (const step of known) {
    if (step.to > found.schema) apply(db, step)
  }
}

/** The schema's number that a file has, and the oldest one whose builds can still work on it. */
export interface Schema {
  readonly schema: number
  readonly readable: number
}

/** What this build finds in a file; 0 in an empty one. @throws EngineTrouble as `migrate`. */
export const readSchema = (
  db: DatabaseSync,
  file: string,
  known: readonly Migration[] = migrations,
): Schema => {
  const newest = newestSchema(known)
  const found = schemaOf(db, file)
  if (found.schema > newest && found.readable > newest) {
    throw new EngineTrouble(
      'newer-schema',
      `The journal ${file} has schema ${found.schema}, readable by builds that know schema ${found.readable} or newer; ` +
        `this build of @xconnector/sqlite knows ${newest}. Install the newer version again, or restore a backup.`,
    )
  }
  return found
}

/** The schema's number that this build makes. */
export const newestSchema = (known: readonly Migration[] = migrations): number => known.at(-1)?.to ?? 0

const schemaOf = (db: DatabaseSync, file: string): Schema => {
  const application = db.prepare('PRAGMA application_id').get()?.['application_id']
  const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'])
  if (application !== APPLICATION) {
    if (tables === 0) return { schema: 0, readable: 0 }
    throw new EngineTrouble(
      'corrupt',
      `${file} is an SQLite database, but no journal of xConnector. Name another file.`,
    )
  }
  const meta = db.prepare('SELECT value FROM meta WHERE name = ?')
  return {
    schema: Number(meta.get('schema')?.['value'] ?? 0),
    readable: Number(meta.get('readable')?.['value'] ?? 0),
  }
}

const apply = (db: DatabaseSync, step: Migration): void => {
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec(`PRAGMA application_id = ${APPLICATION}`)
    db.exec('CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value ANY) WITHOUT ROWID, STRICT')
    const set = db.prepare('INSERT INTO meta VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
    const now = Number(db.prepare("SELECT value FROM meta WHERE name = 'schema'").get()?.['value'] ?? 0)
    // Another process may have been quicker.
    if (now < step.to) {
      db.exec(step.sql)
      set.run('schema', step.to)
      set.run('readable', step.readableBy)
    }
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
