import { JournalUnavailable } from '../failure/journal-unavailable.js'
import { failureToJson } from '../failure/to-json.js'
import type { OperatorAnswer } from '../operate/request.js'
import {
  changeRequests,
  readRequests,
  REQUESTS,
  withAnswer,
  type OpenRequest,
  type Requests,
} from '../operate/requests.js'
import type { Clock } from '../ports/clock.js'
import type { Journal } from '../ports/journal.js'
import type { Logger } from '../ports/logger.js'
import { deadById } from './dead-by-id.js'
import type { DeadLetters } from './dead-letters.js'
import { rootOf } from './envelope.js'

/** For how long one process has a request to itself: milliseconds. */
const TAKEN = 60_000

/** After which a request that the journal failed is looked at again: milliseconds. */
const AGAIN = 5000

/** What is carried out with. */
export interface OperatorRequestPorts {
  readonly journal: Journal
  readonly clock: Clock
  /** Of this process. */
  readonly owner: string
  readonly deadLetters: DeadLetters
  readonly log: Logger
  readonly trouble: (thrown: unknown) => void
}

/** Carries out what people ask of a running service through its journal; of several processes, one does. */
export class OperatorRequests {
  readonly #p: OperatorRequestPorts
  #running: Promise<void> | undefined
  #again = false
  #stopped = false
  #timer: (() => void) | undefined

  constructor(ports: OperatorRequestPorts) {
    this.#p = ports
  }

  /** There may be something to do. */
  look(): void {
    if (this.#stopped) return
    if (this.#running !== undefined) {
      this.#again = true
      return
    }
    this.#again = false
    this.#running = this.#serve()
      .catch((thrown: unknown) => {
        this.#p.trouble(thrown)
        this.#later(AGAIN)
      })
      .finally(() => {
        this.#running = undefined
        if (this.#again) this.look()
      })
  }

  /** Waits for what is being carried out. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.()
    await this.#running
  }

  async #serve(): Promise<void> {
    while (!this.#stopped) {
      const request = await this.#take()
      if (request === undefined) return
      const answer = await this.#answer(request)
      const { journal } = this.#p
      await changeRequests(journal, (all) =>
        answer === undefined ? left(all, request.id) : withAnswer(all, answer),
      )
    }
  }

  /** Takes the first request that nobody has; `undefined`: there is none. */
  async #take(): Promise<OpenRequest | undefined> {
    const { journal, clock, owner } = this.#p
    for (;;) {
      const { open } = readRequests((await journal.read([REQUESTS]))[REQUESTS]?.value)
      const request = open.find((r) => this.#free(r))
      if (request === undefined) {
        const ends = open.flatMap((r) => r.taken?.until ?? [])
        if (ends.length > 0) this.#later(Math.min(...ends) - clock.now())
        return undefined
      }
      const found = request.taken?.found ?? (await deadById(journal, request.ids)).map((f) => f.id)
      const taken = { by: owner, until: clock.now() + TAKEN, found }
      let mine = false
      await changeRequests(journal, (all) => {
        mine = all.open.some((r) => r.id === request.id && this.#free(r))
        return mine ? { ...all, open: all.open.map((r) => (r.id === request.id ? { ...r, taken } : r)) } : all
      })
      if (mine) return request
    }
  }

  #free({ taken }: OpenRequest): boolean {
    const { journal, clock, owner } = this.#p
    // Where only one process may be at work, whoever took it before is gone.
    const gone = journal.can.processes === 'one'
    return taken === undefined || gone || taken.by === owner || taken.until <= clock.now()
  }

  /** Carries a request out; `undefined`: the runtime stops, and another has to. */
  async #answer({ id, verb, ids, taken }: OpenRequest): Promise<OperatorAnswer | undefined> {
    const { clock } = this.#p
    if (verb !== 'replay-message')
      return { id, at: clock.now(), no: `this build knows no request "${String(verb)}"` }
    const before = new Set(taken?.found)
    const done = new Map<string, Replayed>()
    for (const group of Map.groupBy(ids, rootOf).values()) {
      if (this.#stopped) return undefined
      for (const one of await this.#replay(group)) done.set(one.id, one)
    }
    const ok = ids.map((one): Replayed => {
      const came = done.get(one)!
      // It was there when this was begun by a process that did not come to an end with it.
      return came.as === 'absent' && before.has(one) ? { id: one, as: 'replayed' } : came
    })
    return { id, at: clock.now(), ok }
  }

  /** Dead letters of one message. One that cannot be sent again keeps nothing from the others. */
  async #replay(ids: readonly string[]): Promise<readonly Replayed[]> {
    try {
      return await this.#p.deadLetters.replay(ids, { what: 'message' })
    } catch (thrown) {
      if (thrown instanceof JournalUnavailable) throw thrown
      this.#p.log.warn({ ids, error: failureToJson(thrown) }, 'a message could not be replayed')
      return ids.map((id) => ({ id, as: 'failed' }))
    }
  }

  #later(ms: number): void {
    this.#timer?.()
    if (this.#stopped) return
    this.#timer = this.#p.clock.after(Math.max(0, ms), () => this.look(), { background: true })
  }
}

type Replayed = NonNullable<OperatorAnswer['ok']>[number]

/** With a request that was not carried out to its end: another may take it now. */
const left = (all: Requests, id: string): Requests => ({
  ...all,
  open: all.open.map((r) =>
    r.id === id && r.taken !== undefined ? { ...r, taken: { ...r.taken, until: 0 } } : r,
  ),
})
