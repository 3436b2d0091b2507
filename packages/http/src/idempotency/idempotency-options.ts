import type { Duration } from '@xconnector/core'
import type { IdempotencyStore } from './idempotency-store.js'

/**
 * How an endpoint honours the `Idempotency-Key` of its callers (draft-ietf-httpapi-idempotency-key-header): the request is done
 * once, and its repeats get the first one's answer.
 */
export interface IdempotencyOptions<Request> {
  /** `memoryIdempotency()`, or `journalIdempotency(journal)`, which outlives the process. */
  readonly store: IdempotencyStore
  /** Whom a key belongs to, such as the caller's id: two callers with one key do not meet. */
  readonly scope: (request: Request) => string
  /** A request without a key is answered with 400. Default false: it is done as it comes. */
  readonly required?: boolean
  /** How long an answer is kept. Default `'24h'`. */
  readonly ttl?: Duration
  /**
   * How the key is written: as the draft has it, a text in double quotes (`'quoted'`, default); without (`'bare'`); or as it
   * comes (`'either'`). 1 to 255 characters of ASCII.
   */
  readonly form?: 'quoted' | 'bare' | 'either'
  /**
   * How long a reservation stands when its process dies: repeats are answered with 409 until then, and are done anew after it.
   * A living process renews it. Default `'30s'`, at least `'3s'`.
   */
  readonly lease?: Duration
  /** The most bytes of an answer that is kept. Repeats of a larger one are answered with 409. Default 256 KiB. */
  readonly maxBytes?: number
}
