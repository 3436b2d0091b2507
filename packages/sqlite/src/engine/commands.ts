import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { discard, discardDead, erase, replay } from './admin.js'
import type { Books } from './books.js'
import { securely } from './securely.js'
import { isBusy } from './trouble.js'

interface Command {
  readonly no: number
  readonly at: number
  readonly verb: string
  readonly args: string
}

const HOUR = 3_600_000

/** After so long whoever asked has gone, and was told that nothing is done: milliseconds. */
export const COMMAND_LIFE_MS = 60_000

/**
 * What others ask of the owner of a journal, by a row: a process that is not the owner cannot see what is held, so it
 * must not replay or discard by itself. It inserts `(at, verb, args as JSON)`, waits until `answer` is there, and deletes
 * the row; to take it back, it deletes a row without an answer. A row of more than a minute ago is not carried out.
 * Verbs: `replay` [ids], `discard` [ids, why, 'dead' to spare what is not dead], `erase` [key], and `held` [], which
 * gives `[{flow, hop, n}]`. Answers are `{"ok": …}` or `{"no": message}`.
 */
export class Commands {
  readonly #version: StatementSync
  readonly #open: StatementSync
  readonly #still: StatementSync
  readonly #answer: StatementSync
  readonly #sweep: StatementSync
  #seen: unknown
  #first = true

  constructor(db: DatabaseSync) {
    this.#version = db.prepare('PRAGMA data_version')
    this.#open = db.prepare('SELECT no, at, verb, args FROM command WHERE answer IS NULL ORDER BY no')
    this.#still = db.prepare('SELECT 1 FROM command WHERE no = ? AND answer IS NULL')
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
    for (const command of asked) this.#serve(books, command, now)
    this.#seen = version
    this.#first = false
    return changed
  }

  #now(): unknown {
    return this.#version.get()?.['data_version']
  }

  #serve(books: Books, command: Command, now: number): void {
    const serve = (f: () => object): void =>
      books.transaction(() => {
        // It may have been taken back, or another process may have been quicker.
        if (this.#still.get(command.no) === undefined) return
        this.#answer.run(JSON.stringify(f()), command.no)
        this.#sweep.run(now - HOUR)
      })
    const carry = (): void => serve(() => carryOut(books, command, now))
    try {
      if (command.verb === 'erase') securely(books.db, carry)
      else carry()
    } catch (error) {
      if (isBusy(error)) throw error
      // One that cannot be carried out must not stand in the way of the others.
      serve(() => ({ no: `the command could not be carried out: ${String(error)}` }))
    }
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const carryOut = (books: Books, { at, verb, args }: Command, now: number): object => {
  if (at < now - COMMAND_LIFE_MS) return { no: 'the command was too old when it was found: nothing was done' }
  const [first, second, third] = JSON.parse(args) as readonly unknown[]
  if (verb === 'replay' && isTexts(first)) return { ok: replay(books, first, now) }
  if (verb === 'discard' && isTexts(first)) {
    const why = typeof second === 'string' ? second : 'discarded'
    return { ok: third === 'dead' ? discardDead(books, first, why, now) : discard(books, first, why, now) }
  }
  if (verb === 'erase' && typeof first === 'string') return { ok: erase(books, first, now) }
  if (verb === 'held') {
    return { ok: books.leases.held().map(({ hop, n }) => ({ ...books.hops.name(hop), n })) }
  }
  return { no: `no such command: ${verb}. Known are replay, discard, erase and held.` }
}
