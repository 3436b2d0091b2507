import { accessSync, chownSync, constants, existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createPrivate } from '../engine/private-file.js'
import { isBusy } from '../engine/trouble.js'

/**
 * Who works on a journal now: a runtime with `processes: 'one'`, runtimes with `'many'`, or nobody. `unknown`: to find out
 * takes rights to the lock beside it.
 */
export type Owner = 'one' | 'many' | 'nobody' | 'unknown'

/** Looks at the lock beside a journal; holds it for an instant, which a starting runtime waits out. */
export const ownerOf = (file: string): Owner => {
  const lock = `${file}.lock`
  if (!existsSync(lock)) return 'nobody'
  if (!isAllowed(lock, constants.R_OK)) return 'unknown'
  if (isHeld(lock, { readOnly: true, how: 'SELECT count(*) FROM sqlite_schema' })) return 'one'
  // SQLite opens a file that cannot be written for reading, and says of a lock that it cannot take that it has it.
  if (!isAllowed(lock, constants.W_OK)) return 'unknown'
  return isHeld(lock, { readOnly: false, how: 'BEGIN EXCLUSIVE; ROLLBACK' }) ? 'many' : 'nobody'
}

const isAllowed = (file: string, mode: number): boolean => {
  try {
    accessSync(file, mode)
    return true
  } catch {
    return false
  }
}

const isHeld = (
  lock: string,
  { readOnly, how }: { readonly readOnly: boolean; readonly how: string },
): boolean => {
  const db = new DatabaseSync(lock, { readOnly, timeout: 0 })
  try {
    db.exec(how)
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  } finally {
    db.close()
  }
}

/**
 * Does something while no runtime with `processes: 'one'` can own the journal; many may. Gives `owned` where one does.
 */
export const unlessOwned = <A>(file: string, f: () => A): A | 'owned' => {
  const lock = lockOf(file)
  const db = new DatabaseSync(lock, { timeout: 0 })
  try {
    db.exec('BEGIN')
    db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()
  } catch (error) {
    db.close()
    if (isBusy(error)) return 'owned'
    throw error
  }
  try {
    return f()
  } finally {
    db.exec('COMMIT')
    db.close()
  }
}

/** The lock beside a journal, made if it is not there: the user of the service must be able to take it. */
const lockOf = (file: string): string => {
  const lock = `${file}.lock`
  if (!existsSync(lock)) {
    createPrivate(lock)
    if (process.getuid?.() === 0) {
      const { uid, gid } = statSync(file)
      chownSync(lock, uid, gid)
    }
  }
  return lock
}
