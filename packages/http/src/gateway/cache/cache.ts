import type { Clock, Logger, May } from '@xconnector/core'
import { problem } from '../../ingress/problem.js'
import type { Outgoing } from '../backend/transport.js'
import type { Exchange } from '../exchange.js'
import { Relay } from '../relay.js'
import { replaced, valueOf, without } from '../wire/header-list.js'
import { askedBy, type Asked } from './asked.js'
import { cacheStatus, type CacheStatus } from './cache-status.js'
import { CachedRequest, type Tower } from './cached-request.js'
import { ageNow, decide, mayOutliveError } from './decide.js'
import { Flight, type FlightEnds } from './flight.js'
import { giveStored } from './give-stored.js'
import { invalidated } from './invalidated.js'
import { Passing } from './passing.js'
import { mayPurge, type Purge } from './removals.js'
import type { CacheSettings } from './settings.js'
import type { StoredAnswer } from './store.js'
import { suits, varyValues } from './vary.js'
import { thrownText } from '../../text/thrown-text.js'

const ONLY_IF_CACHED = problem(504, { detail: 'expected a stored answer, and there is none' })
const ERRORS: ReadonlySet<number> = new Set([500, 502, 503, 504])
// What a client asks of one answer; the cache asks for the whole, and answers these itself.
const CONDITIONS = [
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'if-range',
  'range',
]

/** A shared cache between a gateway and its backends. */
export class Cache implements FlightEnds, Tower {
  readonly name: string
  readonly clock: Clock
  readonly coalesceMs: number
  readonly #settings: CacheSettings
  readonly #log: Logger
  // Those that others may join, by key and variant.
  readonly #open = new Map<string, Flight>()
  readonly #all = new Set<Flight>()
  // Those whose answers a slow store is at.
  readonly #storing = new Set<Flight>()
  readonly #passing: Passing

  constructor(name: string, settings: CacheSettings, clock: Clock, log: Logger) {
    this.name = name
    this.clock = clock
    this.coalesceMs = settings.coalesceMs
    this.#settings = settings
    this.#log = log
    this.#passing = new Passing(clock)
  }

  /** Answers a request from the store, or from its backend. */
  serve(exchange: Exchange): void {
    const { method } = exchange.outgoing
    if (method !== 'GET' && method !== 'HEAD') return this.#pass(exchange, 'method')
    const asked = askedBy(exchange, this.#settings.heedRequests)
    const found = this.#stored(asked.key)
    if (found instanceof Promise)
      found
        .then((all) => this.#serve(asked, all))
        .catch((error: unknown) => {
          this.#broken(error)
          if (!exchange.front.started) exchange.front.reply(problem(500))
          else exchange.front.abort()
        })
    else this.#serve(asked, found)
  }

  /** Removes stored answers, and keeps those from being stored that are on their way. Gives how many were stored. */
  async purge(purge: Purge): Promise<number> {
    for (const flight of this.#all) flight.purged(purge)
    for (const flight of this.#storing) flight.purged(purge)
    for (const [place, flight] of this.#open) if (mayPurge(purge, flight.plan.key)) this.#open.delete(place)
    const { store } = this.#settings
    return 'key' in purge ? store.delete(purge.key) : store.purge(purge)
  }

  flight(asked: Asked, stored: StoredAnswer | undefined, background: boolean = false): Flight {
    const { exchange, key, fields, variant, directives } = asked
    const flight = new Flight(
      {
        key,
        request: fields,
        exchange,
        outgoing: asking(exchange.outgoing, stored),
        stored,
        variant,
        maxEntryBytes: this.#settings.maxEntryBytes,
        outlives: (status) =>
          stored !== undefined && ERRORS.has(status) && mayOutliveError(stored, directives, this.clock.now()),
      },
      background,
      this,
    )
    this.#all.add(flight)
    return flight
  }

  rejoin(
    request: CachedRequest,
    asked: Asked,
    stored: StoredAnswer | undefined,
    names: readonly string[],
  ): void {
    const place = placeOf(asked, names)
    const open = this.#open.get(place)
    if (open !== undefined) return request.follow(open, false)
    request.lead(this.#opened(place, this.flight(asked, stored)))
  }

  unshared(key: string): void {
    this.#passing.add(key)
  }

  store(answer: StoredAnswer, flight: Flight): void {
    this.#passing.delete(answer.key)
    const { store } = this.#settings
    try {
      const storing = store.set(answer)
      if (!(storing instanceof Promise)) return
      // A purge that came while the store was at it wins too.
      this.#storing.add(flight)
      storing
        .then(() => (flight.isPurged(answer) ? store.delete(answer.key) : 0))
        .catch((error: unknown) => this.#broken(error))
        .finally(() => this.#storing.delete(flight))
    } catch (error) {
      this.#broken(error)
    }
  }

  over(flight: Flight): void {
    this.#all.delete(flight)
    if (flight.place !== undefined && this.#open.get(flight.place) === flight) this.#open.delete(flight.place)
  }

  #serve(asked: Asked, all: readonly StoredAnswer[]): void {
    const { exchange, directives, fields, variant } = asked
    if (exchange.front.gone) return
    const now = this.clock.now()
    const mine = all.filter((a) => a.variant.startsWith(variant === '' ? '[' : variant))
    const stored = mine.find((a) => suits(a.vary, fields) && (a.shared || !exchange.credentials))
    if (stored !== undefined) {
      const decision = decide(stored, directives, now)
      const ttl = stored.lifetime - ageNow(stored, now)
      if (decision !== 'validate') {
        giveStored(exchange, stored, cacheStatus(this.name, { hit: true, ttl }), now)
        if (decision === 'refresh') this.#refresh(asked, mine, stored)
        return
      }
    }
    if ('only-if-cached' in directives) return exchange.front.reply(ONLY_IF_CACHED)
    if (stored === undefined) {
      const method = exchange.outgoing.method
      if (method === 'HEAD') return this.#pass(exchange, 'miss')
      if (fields['range'] !== undefined) return this.#pass(exchange, 'partial')
      if ('no-store' in directives) return this.#pass(exchange, 'request')
    }
    this.#ask(asked, mine, stored, { fwd: whyForwarded(mine, stored, now) })
  }

  /** Asks the backend, together with others that ask for the same now. */
  #ask(
    asked: Asked,
    mine: readonly StoredAnswer[],
    stored: StoredAnswer | undefined,
    status: CacheStatus,
  ): void {
    const request = new CachedRequest(this, asked, stored, status)
    const joinable =
      !asked.exchange.credentials && !('no-store' in asked.directives) && !this.#passing.has(asked.key)
    if (!joinable) return request.lead(this.flight(asked, stored))
    const place = placeOf(asked, namesOf(mine))
    const open = this.#open.get(place)
    if (open !== undefined) return request.follow(open, true)
    request.lead(this.#opened(place, this.flight(asked, stored)))
  }

  /** Asks anew for an answer that has been given although it is stale, unless somebody does already. */
  #refresh(asked: Asked, mine: readonly StoredAnswer[], stored: StoredAnswer): void {
    const place = placeOf(asked, namesOf(mine))
    if (!this.#open.has(place)) this.#opened(place, this.flight(asked, stored, true)).start()
  }

  #opened(place: string, flight: Flight): Flight {
    flight.place = place
    this.#open.set(place, flight)
    return flight
  }

  #pass(exchange: Exchange, fwd: NonNullable<CacheStatus['fwd']>): void {
    new Relay(exchange, {
      onHead: (status, headers) => {
        for (const key of invalidated(exchange, status, headers))
          this.purge({ key }).catch((error: unknown) => this.#broken(error))
      },
      cacheStatus: (fwdStatus) => cacheStatus(this.name, { fwd, fwdStatus }),
    }).start()
  }

  #stored(key: string): May<readonly StoredAnswer[]> {
    const none = (error: unknown): readonly StoredAnswer[] => {
      this.#broken(error)
      return []
    }
    try {
      const found = this.#settings.store.get(key)
      return found instanceof Promise ? found.catch(none) : found
    } catch (error) {
      return none(error)
    }
  }

  #broken(error: unknown): void {
    this.#log.error({ cache: this.name, error: thrownText(error) }, 'the store of a cache failed')
  }
}

/** The request headers by which the answers that are known differ. */
const namesOf = (mine: readonly StoredAnswer[]): readonly string[] => [
  ...new Set(mine.flatMap((a) => a.vary.map(([name]) => name))),
]

/** Where those meet that ask for the same: what is known of how its answers vary tells them apart. */
const placeOf = ({ key, variant, fields }: Asked, names: readonly string[]): string =>
  `${key}\n${variant}${names.length === 0 ? '' : JSON.stringify(varyValues(names.toSorted(), fields))}`

const whyForwarded = (
  mine: readonly StoredAnswer[],
  stored: StoredAnswer | undefined,
  now: number,
): NonNullable<CacheStatus['fwd']> => {
  if (stored === undefined) return mine.length > 0 ? 'vary-miss' : 'uri-miss'
  return ageNow(stored, now) < stored.lifetime ? 'request' : 'stale'
}

/** The request for the backend: for the whole answer, or for whether the stored one holds (RFC 9111, 4.3.1). */
const asking = (outgoing: Outgoing, stored: StoredAnswer | undefined): Outgoing => {
  const headers = without(outgoing.headers, ...CONDITIONS)
  const etag = stored && valueOf(stored.headers, 'etag')
  const modified = stored && valueOf(stored.headers, 'last-modified')
  return {
    ...outgoing,
    method: 'GET',
    headers: replaced(headers, {
      ...(etag !== undefined && { 'if-none-match': etag }),
      ...(modified !== undefined && { 'if-modified-since': modified }),
    }),
  }
}
