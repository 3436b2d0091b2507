import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Answer, Call, Opening, Settings, Start, Trouble } from '../call.js'
import { accept } from './accept.js'
import { discard, erase, replay } from './admin.js'
import type { Books } from './books.js'
import { Commands } from './commands.js'
import { connect, waitNoMore } from './connection.js'
import { Files } from './files.js'
import { find } from './find.js'
import { Lock } from './lock.js'
import { Oldest } from './oldest.js'
import { openBooks, setClean } from './open-books.js'
import { securely } from './securely.js'
import { settle } from './settle.js'
import { Sweep } from './sweep.js'
import { EngineTrouble, isBusy, isNoRoom, troubleOf } from './trouble.js'
import { TurnedBack } from './turned-back.js'

const BUSY: Answer = { busy: true }

/**
 * A journal on one connection, synchronous: a group of calls is one transaction, and one fsync. It belongs to one
 * thread, and takes its time from whoever calls it.
 */
export class Engine {
  readonly opening: Opening
  readonly #file: string
  readonly #processes: Settings['processes']
  #lock: Lock
  /** Nobody may go on with what he believed: another has opened the journal meanwhile. */
  #ousted: Trouble | undefined
  readonly #files: Files
  readonly #turnedBack: TurnedBack
  readonly #boot: number
  readonly #lastBoot: StatementSync
  /** When the log last failed to make room. */
  #unrelieved = -Infinity
  readonly #db: DatabaseSync
  readonly #books: Books
  readonly #commands: Commands
  readonly #sweep: Sweep
  #oldest: Oldest | undefined

  /** @throws whatever kept the file from being opened; `troubleOf` names it. */
  constructor(settings: Settings, start: Start) {
    const remarks: string[] = []
    this.#file = settings.file
    this.#processes = settings.processes
    this.#lock = new Lock(settings.file, settings.processes)
    try {
      this.#db = connect(settings, (text) => remarks.push(text))
      try {
        const { books, boot, opened } = openBooks(this.#db, settings, start, this.#lock.alone)
        this.#books = books
        this.#boot = boot
        this.#lastBoot = this.#db.prepare("SELECT value FROM meta WHERE name = 'boot'")
        this.#files = new Files(settings.file)
        this.#turnedBack = new TurnedBack(books, settings.processes, start.now)
        this.opening = { opened, remarks }
        this.#commands = new Commands(this.#db)
        this.#sweep = new Sweep(this.#db, settings.keepDead)
        waitNoMore(this.#db)
      } catch (error) {
        this.#db.close()
        throw error
      }
    } catch (error) {
      this.#lock.free()
      throw error
    }
  }

  /**
   * Serves a group of calls: what writes first, in one transaction, then what reads. An error undoes the transaction,
   * and every call is tried again alone, so that none fails for another's fault.
   */
  apply(calls: readonly Call[], now: number): readonly Answer[] {
    const no = this.#unfit()
    if (no !== undefined) return calls.map(() => ({ no }))
    this.#turnedBack.heed(this.#books, now)
    const answers = calls.map((): Answer | undefined => undefined)
    const writes: number[] = []
    const reads: number[] = []
    calls.forEach((call, at) => (this.#writes(call) ? writes : reads).push(at))
    if (writes.length > 0) this.#write(calls, writes, answers, now)
    for (const at of reads) answers[at] = this.#alone(() => this.#perform(calls[at]!, now))
    return answers.map((answer) => answer ?? BUSY)
  }

  /** Why nothing can be promised on these files any more, if so. */
  #unfit(): Trouble | undefined {
    if (this.#ousted !== undefined) return this.#ousted
    try {
      const lost = this.#files.lost()
      if (lost !== undefined) {
        // What was acknowledged may be in a log that only this process still sees.
        if (lost !== this.#file) this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
        throw this.#files.trouble(lost)
      }
      if (this.#processes === 'one' && this.#lastBoot.get()?.['value'] !== this.#boot)
        throw ousted(this.#file)
      this.#lock = this.#lock.kept()
      return undefined
    } catch (error) {
      if (isBusy(error)) return undefined
      const trouble = this.#trouble(error)
      if (trouble.trouble === 'in-use') this.#ousted = trouble
      return trouble
    }
  }

  #writes(call: Call): boolean {
    switch (call.do) {
      case 'claim':
      case 'extend':
        return this.#books.leases.write
      case 'read':
      case 'counts':
      case 'find':
      case 'oldest':
      case 'poll':
        return false
      default:
        return true
    }
  }

  #write(
    calls: readonly Call[],
    writes: readonly number[],
    answers: (Answer | undefined)[],
    now: number,
  ): void {
    const busy = this.#idleClaims(calls, writes, answers, now)
    if (busy.length === 0) return
    try {
      const done = this.#transaction(calls, busy, now)
      busy.forEach((at, i) => (answers[at] = { ok: done[i] }))
    } catch (error) {
      if (isBusy(error)) return
      const relieved = isNoRoom(error) && this.#relieve(now)
      if (busy.length === 1 && !relieved) answers[busy[0]!] = { no: troubleOf(error, this.#file) }
      else for (const at of busy) answers[at] = this.#alone(() => this.#transaction(calls, [at], now)[0])
    }
  }

  /**
   * A log that cannot grow can be emptied into the journal's file and begun anew, which takes no room where the file has
   * its pages already. Where that fails too it is not tried again for a second, for it reads the whole log.
   */
  #relieve(now: number): boolean {
    if (Math.abs(now - this.#unrelieved) < 1000) return false
    try {
      if (this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0) return true
    } catch {
      // It has no room either.
    }
    this.#unrelieved = now
    return false
  }

  // A process that finds nothing to do must not fight for the lock: claims alone look before they write.
  #idleClaims(
    calls: readonly Call[],
    writes: readonly number[],
    answers: (Answer | undefined)[],
    now: number,
  ): readonly number[] {
    if (writes.some((at) => calls[at]!.do !== 'claim')) return writes
    return writes.filter((at) => {
      const { query } = calls[at] as Call & { readonly do: 'claim' }
      const idle = this.#books.leases.idle(query, now)
      if (idle !== undefined) answers[at] = { ok: idle }
      return idle === undefined
    })
  }

  #transaction(calls: readonly Call[], which: readonly number[], now: number): readonly unknown[] {
    const group = which.map((at) => calls[at]!)
    const perform = (): readonly unknown[] =>
      this.#books.transaction(() => group.map((call) => this.#perform(call, now)))
    return group.some((call) => call.do === 'erase') ? securely(this.#db, perform) : perform()
  }

  #perform(call: Call, now: number): unknown {
    const books = this.#books
    switch (call.do) {
      case 'accept':
        return accept(books, call.entries, call, now)
      case 'commit':
        return settle(books, call.batch, now)
      case 'mark':
        return this.#mark(call)
      case 'replay':
        return replay(books, call.ids, now)
      case 'discard':
        return discard(books, call.ids, call.why, now)
      case 'erase':
        return erase(books, call.key, now)
      case 'sweep':
        return this.#sweep.run(books, now)
      case 'claim':
        return books.leases.claim(call.query, now)
      case 'extend':
        return call.leases.map((lease) => books.leases.extend(lease, now + call.leaseMs))
      case 'read':
        return books.states.read(call.names)
      case 'counts':
        return books.tally.counts()
      case 'find':
        return find(books, call.query)
      case 'oldest':
        return (this.#oldest ??= new Oldest(this.#db)).all(books.tally)
      case 'poll':
        return this.#commands.poll(books, now)
    }
  }

  #mark(call: Call & { readonly do: 'mark' }): boolean {
    const row = this.#books.leases.find(call.lease)
    if (row !== undefined) this.#books.entries.mark(row.seq, call.name, call.value)
    return row !== undefined
  }

  #alone(f: () => unknown): Answer {
    try {
      return { ok: f() }
    } catch (error) {
      return isBusy(error) ? BUSY : { no: this.#trouble(error) }
    }
  }

  #trouble(error: unknown): Trouble {
    return troubleOf(error, this.#file)
  }

  /** Ends cleanly: what is held goes back, and the next one finds the journal closed. */
  close(now: number): void {
    try {
      const unfit = this.#unfit()
      if (unfit !== undefined) throw new EngineTrouble(unfit.trouble, unfit.message)
      this.#db.exec('PRAGMA busy_timeout = 5000')
      this.#books.transaction(() => this.#books.leases.end(now))
      if (this.#lock.last()) this.#books.transaction(() => setClean(this.#db, true))
    } finally {
      this.drop()
    }
  }

  /** Ends as a killed process would: nothing is written. */
  drop(): void {
    this.#db.close()
    this.#lock.free()
  }
}

const ousted = (file: string): EngineTrouble =>
  new EngineTrouble(
    'in-use',
    `The journal ${file} was opened by another runtime although this one had it: its lock was deleted, or the file ` +
      'system keeps no locks. The other one goes on; this one must be stopped.',
  )
