import { DatabaseSync } from 'node:sqlite'
import { createPrivate } from './private-file.js'
import { EngineTrouble, isBusy } from './trouble.js'

/**
 * Says which processes may work on a journal: a side file, `<file>.lock`, that is an SQLite database with nothing in it.
 * One process holds it exclusively, several hold it shared; the operating system frees it however a process ends.
 */
export class Lock {
  readonly #db: DatabaseSync
  readonly #processes: 'one' | 'many'
  /** Whether nobody else had the file open when this lock was taken. */
  readonly alone: boolean

  /** @throws EngineTrouble `in-use`. */
  constructor(file: string, processes: 'one' | 'many') {
    const lock = `${file}.lock`
    this.#processes = processes
    createPrivate(lock)
    this.#db = new DatabaseSync(lock, { timeout: 0 })
    try {
      this.#db.exec('PRAGMA journal_mode = DELETE')
      this.alone = this.#exclusively()
      if (processes === 'many') this.#share()
    } catch (error) {
      this.#db.close()
      if (isBusy(error)) throw inUse(file, lock, processes)
      throw error
    }
    if (processes === 'one' && !this.alone) {
      this.#db.close()
      throw inUse(file, lock, processes)
    }
  }

  #exclusively(): boolean {
    try {
      this.#db.exec('BEGIN EXCLUSIVE')
      return true
    } catch (error) {
      if (isBusy(error)) return false
      throw error
    }
  }

  // Another process may be trying for the exclusive lock just now: that takes it microseconds.
  #share(): void {
    if (this.alone) this.#db.exec('COMMIT')
    this.#db.exec('PRAGMA busy_timeout = 500')
    this.#db.exec('BEGIN')
    this.#db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()
  }

  /** Whether nobody else has the file open now. If so, nobody can open it until `free`. */
  last(): boolean {
    if (this.#processes === 'one') return true
    if (this.#db.isTransaction) this.#db.exec('COMMIT')
    this.#db.exec('PRAGMA busy_timeout = 0')
    return this.#exclusively()
  }

  free(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
    this.#db.close()
  }
}

const inUse = (file: string, lock: string, processes: 'one' | 'many'): EngineTrouble =>
  new EngineTrouble(
    'in-use',
    processes === 'one'
      ? `The journal ${file} is in use by another runtime, which holds ${lock}. ` +
          "Stop that one first, or give every runtime on this file processes: 'many'."
      : `The journal ${file} is in use by a runtime with processes: 'one', which holds ${lock}. ` +
          "Stop that one first, or give it processes: 'many' too.",
  )
