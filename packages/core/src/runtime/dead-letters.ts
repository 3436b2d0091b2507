import { failureRecord, type FailureRecord } from '../failure/failure-record.js'
import { millis, type Duration } from '../message/duration.js'
import type { Json } from '../message/json.js'
import type { FindQuery, Found, Journal, NewEntry, Taken } from '../ports/journal.js'
import type { Environment } from '../step/context.js'
import type { Incoming } from '../source/source.js'
import { adviceFor } from '../operate/advice.js'
import { maskedHeaders } from '../operate/masked-headers.js'
import { readEnvelope } from '../operate/read-envelope.js'
import { prepare } from './accepting.js'
import { deadById } from './dead-by-id.js'
import { envelopeOf, envelopeText, rootOf } from './envelope.js'
import { messageOf, type DeadLetterReport } from './dead-letter-report.js'
import type { FailedEvent } from './events.js'
import { forgetSplits } from './forget-splits.js'
import { preview, type Preview } from './preview.js'
import type { Registry } from './registry.js'

/** Which dead letters. All that are left out do not matter. */
export interface DeadLetterQuery {
  readonly flow?: string
  readonly hop?: string
  /** `_tag` of the failure that it ended with. */
  readonly tag?: string
  /** At most so many. Default 100 for a list; all of them for a dry run, a replay or a discard. */
  readonly limit?: number
  /** Only later than this sequence number: for the next page. */
  readonly after?: number
}

/** A message put aside, with everything needed to understand and replay it. */
export interface DeadLetter {
  readonly id: string
  readonly flow: string
  readonly hop: string
  readonly seq: number
  /** Epoch milliseconds at which it got to this hop. */
  readonly at: number
  /** Failed attempts, the last one included. */
  readonly attempts: number
  /** The failure of each attempt: what, where, when, how long; the last one is why it is here. */
  readonly errors: readonly FailureRecord[]
  /** The hop's input; its text, if that is not JSON. */
  readonly body: Json
  /** The version of the flow that stored it. */
  readonly version: number
  /** Credentials are masked. */
  readonly headers: Readonly<Record<string, string>>
}

/** What a replay did: `late`: it runs, but the join it answered has gone on. */
export interface Replayed {
  readonly id: string
  readonly as: 'replayed' | 'reopened' | 'late' | 'absent'
  /** Of a whole message: the id of the new one. */
  readonly root?: string
}

/** Options of a replay. */
export interface ReplayOptions {
  /**
   * `hop`: only what failed, from its own input. `message`: all of it anew, from the raw input, which ends every dead
   * letter of the old one. Default `hop`.
   */
  readonly what?: 'hop' | 'message'
}

/** Options of `show`. */
export interface ShowOptions {
  /** How long the reads of `again` may take: then its `ends` says `late`. Default: as long as they take. */
  readonly within?: Duration
}

const PAGE = 1000

/** Looks at dead letters, sends them again, ends them. */
export class DeadLetters {
  readonly #env: Environment
  readonly #journal: Journal
  readonly #registry: Registry
  readonly #changed: () => void
  readonly #died: (event: FailedEvent) => void

  constructor(
    env: Environment,
    journal: Journal,
    registry: Registry,
    changed: () => void,
    died: (event: FailedEvent) => void,
  ) {
    this.#env = env
    this.#journal = journal
    this.#registry = registry
    this.#changed = changed
    this.#died = died
  }

  /** In the order in which their messages got to their hops. */
  async list(query: DeadLetterQuery = {}): Promise<readonly DeadLetter[]> {
    return (await this.#find(query)).map(letterOf)
  }

  /** All about one, for whoever has to understand it. `undefined`: there is no dead letter of that id. */
  async show(id: string, options: ShowOptions = {}): Promise<DeadLetterReport | undefined> {
    const { within } = options
    const ms = within === undefined ? undefined : millis(within, 'deadLetters.show: within')
    const [found] = await this.#those([id])
    const [again] = ms === undefined ? await this.dryRun([id]) : await this.#dryRunWithin([id], ms)
    if (found === undefined || again === undefined) return undefined
    const root = rootOf(id)
    const accepted = await this.#root(root)
    const letter = letterOf(found)
    const effect = this.#registry.get(found)?.hop.effect?.step?.effect
    const advice = adviceFor(failureRecord(found.errors.at(-1)), effect === undefined ? {} : { effect })
    return { ...letter, message: messageOf(root, found, accepted, readable), advice, again }
  }

  /** What a replay of these would send, without sending it. Reads are made. */
  async dryRun(which: readonly string[] | DeadLetterQuery): Promise<readonly Preview[]> {
    const found = await this.#those(which)
    const out: Preview[] = []
    for (const f of found) {
      const d = this.#registry.get(f)
      if (d !== undefined) out.push(await preview(this.#env, this.#journal, d, f))
      else
        out.push({
          id: f.id,
          flow: f.flow,
          hop: f.hop,
          ends: { _tag: 'Orphan', message: 'its hop is not deployed' },
        })
    }
    return out
  }

  /** Sends them again: the hop or branch that failed, or the whole message as a new one. */
  async replay(
    which: readonly string[] | DeadLetterQuery,
    options: ReplayOptions = {},
  ): Promise<readonly Replayed[]> {
    const ids = isIds(which) ? which : (await this.#every(which)).map((f) => f.id)
    const done = options.what === 'message' ? await this.#messages(ids) : await this.#hops(ids)
    this.#changed()
    return done
  }

  /** Ends them for good, counted as discarded. Gives how many there were. */
  async discard(which: readonly string[] | DeadLetterQuery, why: string): Promise<number> {
    // By id too, only what is dead: the same id may be of a message that is on its way.
    const ids = (await this.#those(which)).map((f) => f.id)
    const done = await this.#journal.admin.discard(ids, why)
    await forgetSplits(this.#journal, ids)
    this.#changed()
    return done.filter(Boolean).length
  }

  async #hops(ids: readonly string[]): Promise<readonly Replayed[]> {
    const as = await this.#journal.admin.replay(ids)
    return ids.map((id, i) => ({ id, as: as[i]! }))
  }

  /**
   * A new root from the raw input, once for each message, however many of its branches are dead: all of these are ended,
   * for the new one does their work.
   */
  async #messages(ids: readonly string[]): Promise<readonly Replayed[]> {
    const asked = new Set((await this.#those(ids)).map((f) => f.id))
    const roots = new Map<string, string>()
    for (const root of new Set([...asked].map(rootOf))) {
      const again = await this.#again(root)
      if (again === undefined) continue
      const dead = (await this.#every({ root })).map((f) => f.id)
      const gone = await this.#journal.admin.discard(dead, 'replayed')
      await forgetSplits(this.#journal, dead)
      dead.forEach((id, i) => gone[i] === true && roots.set(id, again))
    }
    return ids.map((id) => {
      const root = asked.has(id) ? roots.get(id) : undefined
      return root === undefined ? { id, as: 'absent' } : { id, as: 'replayed', root }
    })
  }

  async #again(root: string): Promise<string | undefined> {
    const found = await this.#root(root)
    if (found === undefined) return undefined
    const now = this.#env.clock.now()
    const anew = await this.#anew(found, now)
    const envelope = envelopeOf(anew)
    const entry: NewEntry = {
      ...anew,
      envelope: envelopeText({ ...envelope, correlation: envelope.correlation ?? root, causation: root }),
      // A crash between this and the end of the old one must not make two: the next replay meets this key.
      dedupe: { key: `replay\n${root}`, until: now + 864e5 },
    }
    // No state moves with it that could conflict.
    const [{ as, id }] = (await this.#journal.accept([entry])) as readonly [Taken]
    if (as === 'dead') {
      const { flow, hop, dead } = entry
      this.#died({ flow, hop, id, at: now, attempt: 0, ms: 0, error: failureRecord(dead) })
    }
    return id
  }

  /** The entry of a raw input as accept makes it today: its key, version and deadline may have to be asked for again. */
  async #anew(found: Found, now: number): Promise<NewEntry> {
    const id = this.#env.ids.next()
    const { flow, hop, body, envelope: text, key, latest } = found
    const plan = this.#registry.get(found)?.plan
    const source = plan?.definition.source
    if (plan === undefined || source === undefined) {
      return {
        flow,
        hop,
        id,
        body,
        ...(text !== undefined && { envelope: text }),
        ...(key !== undefined && { key }),
        ...(latest !== undefined && { latest }),
      }
    }
    const { poison: _, ...envelope } = envelopeOf(found)
    const { type, time, headers } = envelope
    const raw = JSON.parse(body) as Json
    const incoming: Incoming = {
      raw,
      text: body,
      type,
      time,
      undecodable: 'dead-letter',
      ...(headers && { headers }),
    }
    // It was taken in once, and is not refused now: what does not decode any more is poison.
    const { entry } = (await prepare(plan, source, incoming, id, now, true)) as { readonly entry: NewEntry }
    const made = envelopeOf(entry)
    const kept = { ...envelope, v: made.v, ...(made.poison !== undefined && { poison: made.poison }) }
    return { ...entry, envelope: envelopeText(kept) }
  }

  /** A message as it was accepted, if it is still there: then it is the first of its entries, which may be very many. */
  async #root(root: string): Promise<Found | undefined> {
    const [first] = await this.#journal.admin.find({ root, limit: 1 })
    return first?.id === root ? first : undefined
  }

  async #those(which: readonly string[] | DeadLetterQuery): Promise<readonly Found[]> {
    return isIds(which) ? deadById(this.#journal, which) : this.#every(which)
  }

  /** All that a query names, page by page, unless it says how many. */
  async #every(q: DeadLetterQuery & { readonly root?: string }): Promise<readonly Found[]> {
    if (q.limit !== undefined) return this.#find(q)
    const all: Found[] = []
    for (let after = q.after; ; after = all.at(-1)!.seq) {
      const page = await this.#find({ ...q, limit: PAGE, ...(after !== undefined && { after }) })
      all.push(...page)
      if (page.length < PAGE) return all
    }
  }

  /** A read that hangs must not hide what is known without it. */
  #dryRunWithin(ids: readonly string[], ms: number): Promise<readonly Preview[]> {
    return new Promise((resolve, reject) => {
      const late = { as: 'late', message: 'its reads took too long to tell what would be sent' }
      const give = (): void =>
        void this.#those(ids).then(
          (found) => resolve(found.map(({ id, flow, hop }) => ({ id, flow, hop, ends: late }))),
          reject,
        )
      const cancel = this.#env.clock.after(ms, give)
      this.dryRun(ids).then(resolve, reject).finally(cancel)
    })
  }

  #find(q: DeadLetterQuery & { readonly root?: string }): Promise<readonly Found[]> {
    const { limit = 100, ...rest } = q
    const query: FindQuery = { ...rest, state: 'dead', limit }
    return this.#journal.admin.find(query)
  }
}

const isIds = (which: readonly string[] | DeadLetterQuery): which is readonly string[] => Array.isArray(which)

const letterOf = (f: Found): DeadLetter => {
  const envelope = readEnvelope(f.envelope)
  return {
    id: f.id,
    flow: f.flow,
    hop: f.hop,
    seq: f.seq,
    at: f.at,
    attempts: (f.errors.at(-1) as { readonly attempt?: number } | null | undefined)?.attempt ?? f.attempts,
    errors: f.errors.map(failureRecord),
    body: readable(f.body),
    version: envelope.version,
    headers: maskedHeaders(envelope.headers),
  }
}

// One that cannot be read must not hide the others.
const readable = (body: string): Json => {
  try {
    return JSON.parse(body) as Json
  } catch {
    return body
  }
}
