import { accessSync, constants } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileId } from './files.js'
import { createPrivate } from './private-file.js'
import { EngineTrouble, isBusy, onlyBusy } from './trouble.js'

/**
 * Says which processes may work on a journal: a side file, `<file>.lock`, that is an SQLite database with nothing in it.
 * One process holds it exclusively, several hold it shared; the operating system frees it however a process ends.
 */
export class Lock {
  readonly #file: string
  readonly #db: DatabaseSync
  readonly #id: string | undefined
  readonly #processes: 'one' | 'many'
  /** Whether nobody else had the file open when this lock was taken. */
  readonly alone: boolean

  /** @throws EngineTrouble `in-use`. */
  constructor(file: string, processes: 'one' | 'many') {
    const lock = `${file}.lock`
    this.#file = file
    this.#processes = processes
    createPrivate(lock)
    // SQLite would open it for reading, and then no lock on it is exclusive.
    accessSync(lock, constants.R_OK | constants.W_OK)
    this.#id = fileId(lock)
    this.#db = new DatabaseSync(lock, { timeout: processes === 'many' ? SHARE_MS : PATIENCE_MS.one })
    try {
      // The first to look into the file: it meets whoever has it.
      this.#db.exec('PRAGMA journal_mode = DELETE')
      this.#db.exec(`PRAGMA busy_timeout = ${PATIENCE_MS[processes]}`)
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
      return onlyBusy(error)
    }
  }

  // Another process may have the exclusive lock just now, to see whether it is alone, or to say that it was the last: that
  // takes it microseconds or a commit, or longer where it gets no time or the disk is slow.
  #share(): void {
    if (this.alone) this.#db.exec('COMMIT')
    this.#db.exec(`PRAGMA busy_timeout = ${SHARE_MS}`)
    this.#db.exec('BEGIN')
    this.#db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()
  }

  /** Whether nobody else has the file open now. If so, nobody can open it until `free`. */
  last(): boolean {
    if (this.#processes === 'one') return true
    this.#db.exec('COMMIT')
    this.#db.exec(`PRAGMA busy_timeout = ${PATIENCE_MS.many}`)
    return this.#exclusively()
  }

  /** This lock; a new one where somebody has deleted its file, for nobody else would see the old one. @throws EngineTrouble `in-use`. */
  kept(): Lock {
    const id = fileId(`${this.#file}.lock`)
    if (id === this.#id || id === 'hidden') return this
    const next = new Lock(this.#file, this.#processes)
    this.free()
    return next
  }

  free(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
    this.#db.close()
  }
}

/** How long one of many waits for another to let go of the exclusive lock: who keeps it for longer is one process alone. */
const SHARE_MS = 3000

/**
 * How long to try for the lock while somebody has it. One process: the terminal command has it for milliseconds. Several:
 * it tells whether there are others, which is the usual case, and that shall take no time.
 */
const PATIENCE_MS = { one: 250, many: 20 } as const

const inUse = (file: string, lock: string, processes: 'one' | 'many'): EngineTrouble =>
  new EngineTrouble(
    'in-use',
    processes === 'one'
      ? `The journal ${file} is in use by another runtime, which holds ${lock}. ` +
          "Stop that one first, or give every runtime on this file processes: 'many'."
      : `The journal ${file} is in use by a runtime with processes: 'one', which holds ${lock}. ` +
          "Stop that one first, or give it processes: 'many' too.",
  )
