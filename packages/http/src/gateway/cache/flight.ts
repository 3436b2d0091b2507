import type { BackendCall, CallHandler } from '../backend/backend-call.js'
import type { Outgoing } from '../backend/transport.js'
import type { Trouble } from '../backend/trouble.js'
import type { Exchange } from '../exchange.js'
import { mappedJson } from '../json-mapping.js'
import { listedIn } from '../wire/header-kinds.js'
import { valueOf, without, type HeaderList } from '../wire/header-list.js'
import { httpDate } from './http-date.js'
import { judge, type Judged } from './judge.js'
import { merged } from './merge.js'
import { purges, type Purge } from './removals.js'
import { SharedBody } from './shared-body.js'
import type { StoredAnswer } from './store.js'
import { tagsOf } from './tags.js'
import { suits, varyValues, type RequestFields } from './vary.js'

/** The head of an answer that comes. */
export interface FlightHead {
  readonly status: number
  readonly headers: HeaderList
  readonly judged: Judged | undefined
  readonly body: SharedBody
  /** When it came. */
  readonly at: number
}

/** How a flight turned out for one that waits for it. */
export type Landing =
  /** An answer comes: read it. `storable`: so may others that it suits. */
  | { readonly as: 'answer'; readonly head: FlightHead; readonly storable: boolean }
  /** What was stored holds (304). */
  | { readonly as: 'confirmed'; readonly stored: StoredAnswer }
  /** There is none. `status`: what the backend answered instead. */
  | { readonly as: 'trouble'; readonly trouble: Trouble; readonly status?: number }

/** What a flight is for. */
export interface FlightPlan {
  readonly key: string
  readonly request: RequestFields
  readonly exchange: Exchange
  readonly outgoing: Outgoing
  /** What is asked about, where something is stored. */
  readonly stored: StoredAnswer | undefined
  /** Of the route, where the route maps bodies: its answers are no other's. */
  readonly variant: string
  readonly maxEntryBytes: number
  /** Whether an answer with this status is to be dropped, for there is a stale one to be given. */
  readonly outlives: (status: number) => boolean
}

/** Told of a flight's ends. */
export interface FlightEnds {
  /** An answer may be stored; a purge of it has not come. */
  store(answer: StoredAnswer, flight: Flight): void
  /** Its last byte came, or there will be none. */
  over(flight: Flight): void
}

/** A request of the cache to a backend, whose answer goes to all who wait for it, and into the store. */
export class Flight implements CallHandler {
  readonly plan: FlightPlan
  /** Where others find it. */
  place: string | undefined
  readonly #ends: FlightEnds
  readonly #call: BackendCall
  readonly #asked: number
  readonly #purges: Purge[] = []
  #waiting: ((landing: Landing) => void)[] = []
  #head: FlightHead | undefined
  #landed: Landing | undefined
  /** Nobody waits for it, but it is to be finished: it refreshes. */
  #background: boolean

  constructor(plan: FlightPlan, background: boolean, ends: FlightEnds) {
    this.plan = plan
    this.#ends = ends
    this.#background = background
    const { backend } = plan.exchange
    this.#asked = backend.clock.now()
    this.#call = backend.call(plan.outgoing, mappedJson(plan.exchange, this))
  }

  start(): void {
    this.#call.start()
  }

  /** Waits for how it turns out; told at once when that is known. Gives the function that waits no more. */
  wait(f: (landing: Landing) => void): () => void {
    if (this.#landed !== undefined) {
      f(this.#landed)
      return () => {}
    }
    this.#waiting.push(f)
    return () => {
      this.#waiting = this.#waiting.filter((w) => w !== f)
      this.abandon()
    }
  }

  /** Ends it when nobody wants it any more. */
  abandon(): void {
    if (this.#background || this.#waiting.length > 0 || (this.#head?.body.readers ?? 0) > 0) return
    this.#call.cancel()
    this.#ends.over(this)
  }

  /** Has it come to its end although nobody reads it, where that is `worth` it. */
  finish(worth: boolean): void {
    this.#background ||= worth
    this.abandon()
  }

  /** What was purged since it began is not stored again. */
  purged(purge: Purge): void {
    this.#purges.push(purge)
  }

  /** Whether a purge has come for an answer. */
  isPurged(answer: Pick<StoredAnswer, 'key' | 'tags'>): boolean {
    return this.#purges.some((purge) => purges(purge, answer))
  }

  /** Whether what comes suits another request. */
  suits(request: RequestFields): boolean {
    const { judged } = this.#head!
    return judged?.vary !== undefined && suits(varyValues(judged.vary, this.plan.request), request)
  }

  head(status: number, headers: HeaderList): void {
    const { plan } = this
    const { clock } = plan.exchange.backend
    const now = clock.now()
    if (plan.outlives(status)) {
      this.#call.cancel()
      return this.#fallen({ as: 'lost' }, status)
    }
    if (status === 304 && plan.stored !== undefined) return this.#confirmed(plan.stored, headers, now)
    const dated = valueOf(headers, 'date') === undefined ? [...headers, 'date', httpDate(now)] : headers
    const judged = judge(plan.request, status, dated, { asked: this.#asked, came: now }, this.#stale)
    const length = Number(valueOf(headers, 'content-length') ?? 0)
    const storable =
      worthStoring(judged, headers) && length <= plan.maxEntryBytes && !this.#refusesStored(judged)
    const body = new SharedBody(storable, plan.maxEntryBytes, () => this.#call.resume())
    this.#head = { status, headers: dated, judged, body, at: now }
    this.#land({ as: 'answer', head: this.#head, storable })
    this.abandon()
  }

  data(chunk: Uint8Array): boolean {
    return this.#head === undefined || this.#head.body.add(chunk)
  }

  end(): void {
    const head = this.#head
    if (head === undefined) return this.#ends.over(this)
    if (head.body.kept) {
      const answer = this.#answer(head)
      if (!this.isPurged(answer)) this.#ends.store(answer, this)
    }
    head.body.end()
    this.#ends.over(this)
  }

  fail(trouble: Trouble): void {
    if (this.#head === undefined) return this.#fallen(trouble)
    this.#head.body.break()
    this.#ends.over(this)
  }

  get #stale(): NonNullable<Exchange['route']['stale']> {
    return this.plan.exchange.route.stale!
  }

  /** Answers to requests with credentials are stored only where they say so (RFC 9111, 3.5); those with cookies too. */
  #refusesStored({ shared }: Judged): boolean {
    return this.plan.exchange.credentials && !shared
  }

  #answer({ status, headers, judged, body, at }: FlightHead): StoredAnswer {
    const { key, request, variant } = this.plan
    const vary = varyValues(judged!.vary!, request)
    return {
      key,
      variant: variant + JSON.stringify(vary),
      vary,
      status,
      headers: storedHeaders(headers),
      body: body.whole(),
      tags: tagsOf(headers),
      at,
      ...windows(judged!),
    }
  }

  #confirmed(stored: StoredAnswer, headers: HeaderList, now: number): void {
    const dated = valueOf(headers, 'date') === undefined ? [...headers, 'date', httpDate(now)] : headers
    const together = merged(stored.headers, dated)
    const times = { asked: this.#asked, came: now }
    const judged = judge(this.plan.request, stored.status, together, times, this.#stale)
    const tags = tagsOf(headers)
    const answer: StoredAnswer = {
      ...stored,
      headers: together,
      ...(tags.length > 0 && { tags }),
      at: now,
      ...windows(judged),
    }
    if (judged.storable && !this.isPurged(answer)) this.#ends.store(answer, this)
    this.#land({ as: 'confirmed', stored: answer })
  }

  #fallen(trouble: Trouble, status?: number): void {
    this.#ends.over(this)
    this.#land({ as: 'trouble', trouble, ...(status !== undefined && { status }) })
  }

  #land(landing: Landing): void {
    this.#landed = landing
    const waiting = this.#waiting
    this.#waiting = []
    for (const f of waiting) f(landing)
  }
}

const windows = (
  judged: Judged,
): Pick<StoredAnswer, 'age' | 'lifetime' | 'whileRevalidate' | 'ifError' | 'strict' | 'shared'> => {
  const { age, lifetime, whileRevalidate, ifError, strict, shared } = judged
  return { age, lifetime, whileRevalidate, ifError, strict, shared }
}

const NOT_STORED = [
  'set-cookie',
  'set-cookie2',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
]

/** RFC 9111, 3.1; and no cookies, which are one client's. */
const storedHeaders = (headers: HeaderList): string[] =>
  without(headers, ...NOT_STORED, ...(listedIn(valueOf(headers, 'connection')?.toLowerCase()) ?? []))

/** What can be neither given nor asked about again takes room for nothing. */
const worthStoring = (judged: Judged, headers: HeaderList): boolean => {
  const { storable, lifetime, age, whileRevalidate, ifError } = judged
  if (!storable) return false
  if (lifetime + Math.max(whileRevalidate, ifError) > age) return true
  return valueOf(headers, 'etag') !== undefined || valueOf(headers, 'last-modified') !== undefined
}
