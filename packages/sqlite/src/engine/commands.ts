import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { discard, erase, replay } from './admin.js'
import type { Books } from './books.js'

interface Command {
  readonly no: number
  readonly verb: string
  readonly args: string
}

const HOUR = 3_600_000

/**
 * What others ask of the owner of a journal, by a row: a process that is not the owner cannot see what is held, so it
 * must not replay or discard by itself. It inserts `(at, verb, args as JSON)`, waits until `answer` is there, and deletes
 * the row. Verbs: `replay` [ids], `discard` [ids, why], `erase` [key]. Answers are `{"ok": …}` or `{"no": message}`.
 */
export class Commands {
  readonly #version: StatementSync
  readonly #open: StatementSync
  readonly #answer: StatementSync
  readonly #sweep: StatementSync
  #seen: unknown
  #first = true

  constructor(db: DatabaseSync) {
    this.#version = db.prepare('PRAGMA data_version')
    this.#open = db.prepare('SELECT no, verb, args FROM command WHERE answer IS NULL ORDER BY no')
    this.#answer = db.prepare('UPDATE command SET answer = ? WHERE no = ?')
    this.#seen = this.#now()
    this.#sweep = db.prepare('DELETE FROM command WHERE answer IS NOT NULL AND at < ?')
  }

  /** Carries out what is asked; gives whether anybody else has written since the last time. */
  poll(books: Books, now: number): boolean {
    const version = this.#now()
    const changed = version !== this.#seen
    if (!changed && !this.#first) return false
    const asked = this.#open.all() as unknown as readonly Command[]
    for (const command of asked) books.transaction(() => this.#carryOut(books, command, now))
    this.#seen = version
    this.#first = false
    return changed
  }

  #now(): unknown {
    return this.#version.get()?.['data_version']
  }

  #carryOut(books: Books, { no, verb, args }: Command, now: number): void {
    this.#answer.run(JSON.stringify(carryOut(books, verb, args, now)), no)
    this.#sweep.run(now - HOUR)
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const carryOut = (books: Books, verb: string, args: string, now: number): object => {
  const [first, second] = JSON.parse(args) as readonly unknown[]
  if (verb === 'replay' && isTexts(first)) return { ok: replay(books, first, now) }
  if (verb === 'discard' && isTexts(first)) {
    return { ok: discard(books, first, typeof second === 'string' ? second : 'discarded', now) }
  }
  if (verb === 'erase' && typeof first === 'string') return { ok: erase(books, first, now) }
  return { no: `no such command: ${verb}. Known are replay, discard and erase.` }
}
