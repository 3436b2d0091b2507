import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import {
  type Admin,
  type Count,
  type Found,
  type HopRef,
  type Journal,
  systemClock,
  systemRandom,
} from '@xconnector/core'
import { discard, discardDead, erase, replay } from '../engine/admin.js'
import { Books } from '../engine/books.js'
import { find, findById } from '../engine/find.js'
import { Oldest } from '../engine/oldest.js'
import { RowLeases } from '../engine/row-leases.js'
import { securely } from '../engine/securely.js'
import { EngineTrouble, troubleOf } from '../engine/trouble.js'
import { unavailable } from '../host/pending.js'
import { ask, type Question } from './asking.js'
import { changesSince, markOf, type Change, type Mark } from './changes.js'
import { Hand } from './hand.js'
import { lettersById, lettersOf, type Letter, type LettersQuery } from './letters.js'
import { isFresh, look, mayAct, type Look } from './look.js'
import { checkOptions, type SqliteAdminOptions } from './options.js'
import { ownerOf, type Owner } from './owner.js'
import { patiently } from './patiently.js'

/** What a journal's file is. */
export interface JournalFile {
  readonly file: string
  readonly schema: number
  /** Whether this build may change it: not where another one has changed its schema. */
  readonly mayAct: boolean
  readonly owner: Owner
  /** Of the file, and of the log beside it. */
  readonly bytes: number
  readonly logBytes: number
}

/**
 * A journal's file in the hands of a person, beside the service that works on it, or without one. Looking never writes.
 * Changes are made by the service where one process owns the file, and else here. Every rejection is a
 * `JournalUnavailable`.
 */
export interface SqliteAdmin extends Pick<Journal, 'read' | 'accept'> {
  /** As the port says. */
  readonly admin: Admin
  about(): Promise<JournalFile>
  /** A page of dead letters, without their bodies. */
  letters(query: LettersQuery): Promise<readonly Letter[]>
  /** Dead letters by their ids; what is none is left out. */
  lettersById(ids: readonly string[]): Promise<readonly Letter[]>
  /** An entry by its id. */
  entry(id: string): Promise<Found | undefined>
  /** Ends dead letters, and nothing that is on its way. false: there is none of that id. */
  discardDead(ids: readonly string[], why: string): Promise<readonly boolean[]>
  /** How many entries are in hand, by hop; undefined where the owner does not say. */
  inHand(): Promise<readonly (HopRef & { readonly n: number })[] | undefined>
  /** What has happened since a mark; without one, only the mark from which to go on. */
  changes(mark?: Mark): Promise<{ readonly changes: readonly Change[]; readonly mark: Mark }>
  /** Lets go of the file until the next call. */
  rest(): void
  close(): void
}

/**
 * Opens a journal's file for looking and repairing, beside the running service. It never makes a file, nor changes its
 * schema, and it does not count as a runtime.
 *
 * @throws TypeError where an option makes no sense, naming it.
 */
export const sqliteAdmin = (options: SqliteAdminOptions): SqliteAdmin =>
  new FileAdmin(options, checkOptions(options))

/** How long a question has that only makes a picture more complete: milliseconds. */
const HELD_MS = 1500

class FileAdmin implements SqliteAdmin {
  readonly #file: string
  readonly #options: SqliteAdminOptions
  readonly #waiting: { readonly clock: typeof systemClock; readonly random: typeof systemRandom }
  readonly #waitMs: number
  readonly admin: Admin
  #look: (Look & { readonly books: Books }) | undefined
  #hand: Hand | undefined

  constructor(options: SqliteAdminOptions, waitMs: number) {
    this.#file = options.file
    this.#options = options
    this.#waitMs = waitMs
    const { clock = systemClock, random = systemRandom } = options
    this.#waiting = { clock, random }
    this.admin = Object.freeze({
      counts: () => this.#see(({ books }): readonly Count[] => books.tally.counts()),
      find: (query) => this.#see(({ books }) => find(books, query)),
      oldest: () => this.#see(({ books, db }) => new Oldest(db).all(books.tally)),
      replay: (ids) => this.#act('replay', [ids], (books) => replay(books, ids, clock.now())),
      discard: (ids, why) =>
        this.#act('discard', [ids, why], (books) => discard(books, ids, why, clock.now())),
      erase: (key) => this.#act('erase', [key], (books) => erase(books, key, clock.now()), securely),
    } satisfies Admin)
  }

  read: Journal['read'] = (names) => this.#see(({ books }) => books.states.read(names))

  accept: Journal['accept'] = (entries, also) =>
    this.#told(async () => {
      const moves = also?.state ?? []
      if (entries.length > 0 || also?.wake !== undefined || also?.tx !== undefined)
        throw new EngineTrouble(
          'failed',
          `Only states of ${this.#file} can be moved from here: messages need a runtime.`,
        )
      return patiently(this.#file, this.#waiting, () =>
        this.#open().write(({ states }) => {
          if (!states.fits(moves)) return 'conflict'
          states.move(moves)
          return []
        }),
      )
    })

  about(): Promise<JournalFile> {
    return this.#see((seen) => ({
      file: this.#file,
      schema: seen.schema,
      mayAct: mayAct(seen),
      owner: ownerOf(this.#file),
      bytes: sizeOf(this.#file),
      logBytes: sizeOf(`${this.#file}-wal`),
    }))
  }

  letters(query: LettersQuery): Promise<readonly Letter[]> {
    return this.#see(({ books }) => lettersOf(books, query))
  }

  lettersById(ids: readonly string[]): Promise<readonly Letter[]> {
    return this.#see(({ db }) => lettersById(db, ids))
  }

  entry(id: string): Promise<Found | undefined> {
    return this.#see(({ books }) => findById(books, id))
  }

  discardDead(ids: readonly string[], why: string): Promise<readonly boolean[]> {
    return this.#act('discard', [ids, why, 'dead'], (books) =>
      discardDead(books, ids, why, this.#waiting.clock.now()),
    )
  }

  async inHand(): Promise<readonly (HopRef & { readonly n: number })[] | undefined> {
    const owner = await this.#told(async () => ownerOf(this.#file))
    if (owner === 'unknown') return undefined
    if (owner !== 'one')
      return this.#see(({ books }) =>
        books.leases.held().map(({ hop, n }) => ({ ...books.hops.name(hop), n })),
      )
    try {
      const answer = await this.#ask({ verb: 'held', args: [], waitMs: Math.min(HELD_MS, this.#waitMs) })
      return answer.as === 'answered'
        ? (answer.value as readonly (HopRef & { readonly n: number })[])
        : undefined
    } catch {
      // Who may only look, looks without it.
      return undefined
    }
  }

  changes(mark?: Mark): Promise<{ readonly changes: readonly Change[]; readonly mark: Mark }> {
    const now = this.#waiting.clock.now()
    return this.#see(({ db }) =>
      mark === undefined ? { changes: [], mark: markOf(db, now) } : changesSince(db, mark, now),
    )
  }

  rest(): void {
    this.#away()
    this.#hand?.close()
    this.#hand = undefined
  }

  close(): void {
    this.rest()
  }

  #see<A>(f: (seen: { readonly books: Books; readonly db: DatabaseSync } & Look) => A): Promise<A> {
    return this.#told(async () => {
      if (this.#look !== undefined && !isFresh(this.#file, this.#look)) this.#away()
      const seen = (this.#look ??= this.#opened())
      // In one transaction: the service goes on meanwhile, and what was found must still be there when it is read.
      seen.db.exec('BEGIN')
      try {
        return f(seen)
      } finally {
        if (seen.db.isTransaction) seen.db.exec('ROLLBACK')
      }
    })
  }

  #away(): void {
    this.#look?.db.close()
    this.#look = undefined
  }

  #opened(): Look & { readonly books: Books } {
    const found = look(this.#file)
    return {
      ...found,
      books: new Books(
        found.db,
        () => null,
        (books) => new RowLeases(books, 0),
      ),
    }
  }

  #open(): Hand {
    this.#hand ??= new Hand(this.#file)
    return this.#hand
  }

  #ask(question: Question): ReturnType<typeof ask> {
    const { signal } = this.#options
    const asked = { ...question, ...(signal !== undefined && { signal }) }
    return ask(this.#file, this.#open(), this.#waiting, asked)
  }

  #act<A>(
    verb: Question['verb'],
    args: readonly unknown[],
    f: (books: Books) => A,
    around?: (db: DatabaseSync, f: () => A) => A,
  ): Promise<A> {
    return this.#told(async () => {
      // An owner that ends while it is asked leaves the work to us; the next one may be there at once.
      for (let tries = 0; tries < 5; tries++) {
        const done = await patiently(this.#file, this.#waiting, () => this.#open().act(f, around))
        if (done !== 'owned') return done
        const answer = await this.#ask({ verb, args, waitMs: this.#waitMs })
        if (answer.as === 'answered') return answer.value as A
        if (answer.as === 'silent') break
      }
      throw new EngineTrouble(
        'no-answer',
        `The service that owns the journal ${this.#file} did not answer within ${this.#waitMs / 1000} s. ` +
          'What was asked of it is taken back: nothing was done. Look whether the service hangs.',
      )
    })
  }

  async #told<A>(f: () => Promise<A>): Promise<A> {
    try {
      return await f()
    } catch (error) {
      throw unavailable(troubleOf(error, this.#file))
    }
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
