import type { StoredClaim } from './claim-store.js'

declare const holds: unique symbol

/** Stands in a message for a JSON value that is parked in a store. Itself JSON, and a file for whoever takes files. */
export interface JsonClaim<A = unknown> extends StoredClaim {
  readonly format: 'json'
  /** In types only. */
  readonly [holds]?: A
}

/** Stands in a message for parked bytes. Itself JSON, and a file for whoever takes files. */
export interface BytesClaim extends StoredClaim {
  readonly format: 'bytes'
}

/** Either. */
export type Claim = JsonClaim | BytesClaim

/** What a claim brings back: bytes come as one `Uint8Array`. */
export type Held<K> = K extends JsonClaim<infer A> ? A : Uint8Array
