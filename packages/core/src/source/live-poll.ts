import { failureToJson } from '../failure/to-json.js'
import type { Json } from '../message/json.js'
import { Circle } from './circle.js'
import { KnownIds } from './known-ids.js'
import { PollBackOff } from './poll-back-off.js'
import { called, cameAgain, type PollCall } from './poll-call.js'
import { disbelieved, listed } from './poll-listing.js'
import { readPage } from './poll-page.js'
import { positionJson, readPollPosition, unmoved, type PollPosition } from './poll-position.js'
import type { PollSettings } from './poll-settings.js'
import type { Incoming, Intake, Running } from './source.js'

/** How long after a listing that failed it is tried again at the earliest: milliseconds. */
const AFTER_FAILED_LISTING = 3e5

/** How long a remote's hint of when to come again is heard: milliseconds. */
const LONGEST_HINT = 36e5

interface Standing {
  readonly at: PollPosition
  /** Where ids are kept: with `deletions`. */
  readonly known: KnownIds | undefined
}

/** A poll at work: one call of `fetch` at a time. */
export class LivePoll implements Running {
  readonly #s: PollSettings
  readonly #intake: Intake
  readonly #backOff: PollBackOff
  readonly #stopping = new AbortController()
  #standing: Standing | undefined
  #cancel: (() => void) | undefined
  #turn: Promise<void> = Promise.resolve()
  #failures = 0
  #crowded = false
  /** When the last listing failed, if it did. */
  #listingFailed: number | undefined

  constructor(s: PollSettings, intake: Intake) {
    this.#s = s
    this.#intake = intake
    this.#backOff = new PollBackOff(s.backOff, s.every)
  }

  /** Reads where it stands, and begins. Rejects when the stored position or cursor cannot be read. */
  async begin(): Promise<void> {
    await this.#stand()
    this.#again(0)
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new DOMException(`poll "${this.#s.name}" is stopping`, 'AbortError'))
    this.#cancel?.()
    await this.#turn
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted
  }

  #again(ms: number): void {
    if (this.#stopped) return
    this.#cancel = this.#intake.clock.after(ms, () => {
      this.#turn = this.#poll().then((next) => this.#again(next))
    })
  }

  /** Polls once, to the last page; gives the milliseconds after which to poll again. */
  async #poll(): Promise<number> {
    const load = this.#intake.load()
    if (load !== undefined) return load.retryAfter * 1000
    try {
      const found = await this.#run()
      if (this.#stopped) return 0
      await this.#list()
      if (this.#stopped) return 0
      if (this.#failures > 0) this.#tell('info', { failures: this.#failures }, 'goes on')
      this.#failures = 0
      if (found === 'busy') return (this.#intake.load()?.retryAfter ?? 0) * 1000
      return this.#backOff.after(found === 0 ? 'idle' : 'some').ms
    } catch (thrown) {
      return this.#stopped ? 0 : this.#failed(thrown)
    }
  }

  #failed(thrown: unknown): number {
    // What the journal has is read again: a write that failed, or that another process was faster with, leaves doubt.
    this.#standing = undefined
    const { ms, backsOff } = this.#backOff.after('failed')
    const hint = (cameAgain(thrown) ?? 0) - this.#intake.clock.now()
    const next = Math.max(ms, Math.min(hint, LONGEST_HINT))
    const level = this.#failures++ === 0 || backsOff ? 'warn' : 'debug'
    const data = { error: failureToJson(thrown), failures: this.#failures, next }
    const times = this.#failures === 1 ? '' : ` ${this.#failures} times in a row`
    this.#tell(level, data, `failed${times}; nothing was lost, it polls again in ${next} ms`)
    return next
  }

  /** Pages until there are no more, or too much is pending; gives how many messages it accepted. */
  async #run(): Promise<number | 'busy'> {
    let found = 0
    const circle = new Circle()
    for (;;) {
      const standing = this.#standing ?? (await this.#stand())
      const { at } = standing
      const since = at.run === undefined ? this.#since(at) : (at.run.since ?? undefined)
      const given = await this.#fetch(at, since)
      const decode = this.#call('decode', this.#s.timeout, since, undefined)
      const page = await called(this.#intake, decode, () =>
        readPage(this.#s, at, since, given, this.#intake.clock),
      )
      if (this.#stopped) return found
      if (page.more) circle.turn(page)
      if (page.moved) {
        const ids = standing.known?.with(page.ids)
        await this.#accept(page.batch, page.position, ids?.state)
        ids?.settle()
      }
      this.#standing = { ...standing, at: page.position }
      if (page.crowded) this.#tellCrowded()
      found += page.batch.length
      if (!page.more && !(this.#s.greedy && page.batch.length > 0)) return found
      if (this.#intake.load() !== undefined) return 'busy'
    }
  }

  #since({ mark }: PollPosition): number | undefined {
    return mark === undefined ? undefined : mark - this.#s.lookback
  }

  async #fetch(at: PollPosition, since: number | undefined): Promise<unknown> {
    const cursor = at.cursor === undefined ? undefined : await this.#readable(at.cursor)
    return called(this.#intake, this.#call('fetch', this.#s.timeout, since, at.cursor), (ctx) =>
      this.#s.fetch(cursor, ctx),
    )
  }

  #call(what: string, ms: number, since: number | undefined, input: unknown): PollCall {
    const { name } = this.#s
    return { what: `${what} of poll "${name}"`, name, ms, since, input, stopping: this.#stopping.signal }
  }

  /** Lists the ids when it is time to. What fails there is told, and holds up no poll. */
  async #list(): Promise<void> {
    if (!this.#listsNow()) return
    try {
      await this.#compare()
      this.#listingFailed = undefined
    } catch (thrown) {
      if (this.#stopped) return
      this.#standing = undefined
      const level = this.#listingFailed === undefined ? 'warn' : 'debug'
      this.#listingFailed = this.#intake.clock.now()
      this.#tell(level, { error: failureToJson(thrown) }, 'its listing failed; nothing is taken as deleted')
    }
  }

  // A clock that went back puts nothing off.
  #listsNow(): boolean {
    const { deletions } = this.#s
    if (deletions === undefined) return false
    const now = this.#intake.clock.now()
    const within = (at: number | undefined, ms: number): boolean =>
      at !== undefined && now >= at && now - at < ms
    const pause = Math.min(deletions.every, AFTER_FAILED_LISTING)
    return !within(this.#standing?.at.listed, deletions.every) && !within(this.#listingFailed, pause)
  }

  async #compare(): Promise<void> {
    const deletions = this.#s.deletions!
    const known = (this.#standing ?? (await this.#stand())).known!
    const call = this.#call('deletions.ids', deletions.timeout, undefined, undefined)
    const all = (await called(this.#intake, call, (ctx) => listed(deletions.ids, ctx))) as ReadonlySet<string>
    const why = disbelieved(known, all, deletions.most)
    if (why !== undefined)
      this.#tell('error', { known: known.size, listed: all.size }, `its listing is not believed: ${why}`)
    else await this.#replaceKnown(known, all)
    if (this.#stopped) return
    await this.#move([], { ...this.#standing!.at, listed: this.#intake.clock.now() })
  }

  async #replaceKnown(known: KnownIds, all: ReadonlySet<string>): Promise<void> {
    let first = true
    for (const { gone, state, settle } of known.replacedBy(all)) {
      if (this.#stopped) return
      const { at } = this.#standing!
      const seen = gone.length === 0 ? at.seen : at.seen.without(new Set(gone))
      const deleted = gone.map((id): Incoming => ({
        raw: { change: 'deleted', id },
        type: 'deleted',
        undecodable: 'dead-letter',
      }))
      const count = at.gone + (first && gone.length > 0 ? 1 : 0)
      if (gone.length > 0) first = false
      await this.#move(deleted, { ...at, seen, gone: count }, state)
      settle()
    }
  }

  async #move(
    batch: readonly Incoming[],
    at: PollPosition,
    state?: Parameters<Intake['accept']>[2],
  ): Promise<void> {
    await this.#accept(batch, at, state)
    this.#standing = { ...this.#standing!, at }
  }

  async #accept(
    batch: readonly Incoming[],
    at: PollPosition,
    state?: Parameters<Intake['accept']>[2],
  ): Promise<void> {
    await this.#intake.accept(batch, positionJson(at), state)
  }

  async #stand(): Promise<Standing> {
    const stored = await this.#intake.cursor()
    const at = stored === undefined ? unmoved : readPollPosition(stored, this.#s.name)
    if (at.cursor !== undefined) await this.#readable(at.cursor)
    const known = this.#s.deletions === undefined ? undefined : await KnownIds.load(this.#intake)
    return (this.#standing = { at, known })
  }

  async #readable(cursor: Json): Promise<unknown> {
    const read = await this.#s.readCursor(cursor)
    if (read._tag === 'Right') return read.right
    throw new TypeError(
      `poll "${this.#s.name}": the cursor in the journal cannot be read: ${read.left.message}. Let the option cursor read the old form too, or give the poll another name, with which it begins anew`,
    )
  }

  #tellCrowded(): void {
    if (this.#crowded) return
    this.#crowded = true
    const what = `it would have to remember more than ${this.#s.remember} items: raise remember, or some come twice`
    this.#tell('warn', { remember: this.#s.remember }, what)
  }

  #tell(level: 'debug' | 'info' | 'warn' | 'error', data: object, what: string): void {
    try {
      this.#intake.log[level]({ source: this.#s.name, ...data }, `poll "${this.#s.name}": ${what}`)
    } catch {
      // A log that throws is no reason not to poll.
    }
  }
}
