import type { Clock } from '@xconnector/core'
import { giveHead } from '../exchange.js'
import { failFront, refusedOurs } from '../relay.js'
import { answerHeaders } from '../wire/answer-headers.js'
import { without } from '../wire/header-list.js'
import type { Asked } from './asked.js'
import { cacheStatus, type CacheStatus } from './cache-status.js'
import { notModified } from './conditional.js'
import { ageNow, mayOutliveError } from './decide.js'
import type { Flight, FlightHead, Landing } from './flight.js'
import { giveStored, OF_THE_BODY } from './give-stored.js'
import type { StoredAnswer } from './store.js'
import { suits } from './vary.js'

/** What a request asks of its cache. */
export interface Tower {
  readonly name: string
  readonly clock: Clock
  readonly coalesceMs: number
  /** A flight for this request alone. It is not started. */
  flight(asked: Asked, stored: StoredAnswer | undefined): Flight
  /** Has a request meet others that ask for the same, now that it is known by which headers answers differ. */
  rejoin(
    request: CachedRequest,
    asked: Asked,
    stored: StoredAnswer | undefined,
    names: readonly string[],
  ): void
  /** An answer under this key is not for sharing. */
  unshared(key: string): void
}

/** A request that the store could not answer: waits for a flight, its own or another's, and gives what that brings. */
export class CachedRequest {
  readonly #tower: Tower
  readonly #asked: Asked
  readonly #stored: StoredAnswer | undefined
  #status: CacheStatus
  #settled = false

  constructor(tower: Tower, asked: Asked, stored: StoredAnswer | undefined, status: CacheStatus) {
    this.#tower = tower
    this.#asked = asked
    this.#stored = stored
    this.#status = status
  }

  /** Waits for a flight of its own. */
  lead(flight: Flight): void {
    const leave = flight.wait((landing) => this.#land(flight, landing))
    this.#asked.exchange.front.onGone(leave)
    flight.start()
  }

  /**
   * Waits for another's flight, but not too long, and goes by itself when that brings nothing for it. `first`: when that brings
   * an answer for others, because of how answers vary, it may wait with its like once more.
   */
  follow(flight: Flight, first: boolean): void {
    const { clock, coalesceMs } = this.#tower
    const cancel = clock.after(
      coalesceMs,
      () => {
        if (this.#settled) return
        leave()
        this.#alone()
      },
      { background: true },
    )
    const leave = flight.wait((landing) => {
      cancel()
      if (this.#settled) return
      if (!this.#isForUs(flight, landing)) {
        const names = landing.as === 'answer' && landing.storable ? landing.head.judged?.vary : undefined
        if (!first || names === undefined || names.length === 0) return this.#alone()
        return this.#tower.rejoin(this, this.#asked, this.#stored, names)
      }
      this.#status = { ...this.#status, collapsed: true }
      this.#land(flight, landing)
    })
    this.#asked.exchange.front.onGone(() => {
      this.#settled = true
      cancel()
      leave()
    })
  }

  #isForUs(flight: Flight, landing: Landing): boolean {
    if (landing.as === 'answer')
      return landing.storable && landing.head.body.kept && flight.suits(this.#asked.fields)
    return landing.as === 'trouble' || suits(landing.stored.vary, this.#asked.fields)
  }

  #alone(): void {
    this.#settled = true
    this.lead(this.#tower.flight(this.#asked, this.#stored))
  }

  #land(flight: Flight, landing: Landing): void {
    this.#settled = true
    if (landing.as === 'answer') return this.#answer(flight, landing.head, landing.storable)
    const now = this.#tower.clock.now()
    const { exchange, directives } = this.#asked
    if (landing.as === 'confirmed')
      return giveStored(exchange, landing.stored, this.#text({ fwdStatus: 304, stored: true }), now)
    const { trouble, status } = landing
    const stored = this.#stored
    if (stored === undefined || !mayOutliveError(stored, directives, now)) return failFront(exchange, trouble)
    const ttl = stored.lifetime - ageNow(stored, now)
    giveStored(
      exchange,
      stored,
      this.#text({ ttl, detail: trouble.as, ...(status !== undefined && { fwdStatus: status }) }),
      now,
    )
  }

  #answer(flight: Flight, head: FlightHead, storable: boolean): void {
    const { exchange, key, fields } = this.#asked
    const { front, outgoing } = exchange
    if (!storable) this.#tower.unshared(key)
    if (head.status === 401 && refusedOurs(exchange)) {
      failFront(exchange, { as: 'no-credentials' })
      return flight.abandon()
    }
    // The cookies of an answer are for the one whose request brought it.
    const { rules } = exchange
    const given = answerHeaders(
      head.headers,
      this.#status.collapsed === true ? { ...rules, setCookie: false } : rules,
    )
    given.push('cache-status', this.#text({ fwdStatus: head.status, stored: storable }))
    if (head.status === 200 && notModified(fields, head.headers, head.at)) {
      if (giveHead(exchange, 304, without(given, ...OF_THE_BODY))) front.end()
      return flight.finish(storable)
    }
    if (outgoing.method === 'HEAD') {
      if (giveHead(exchange, head.status, given)) front.end()
      return flight.finish(storable)
    }
    if (!giveHead(exchange, head.status, given)) return flight.abandon()
    const leave = head.body.read(front)
    front.onGone(() => {
      leave()
      flight.abandon()
    })
  }

  #text(more: CacheStatus): string {
    return cacheStatus(this.#tower.name, { ...this.#status, ...more })
  }
}
