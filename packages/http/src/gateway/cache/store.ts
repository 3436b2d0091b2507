import type { May } from '@xconnector/core'
import type { HeaderList } from '../wire/header-list.js'

/** An answer as it is stored: plain data. */
export interface StoredAnswer {
  /** What it was asked by: `backend:/path?query`. */
  readonly key: string
  /** Which answer to that it is: one for each combination of the request headers that it varies by. */
  readonly variant: string
  /** The lower-case names of the request headers that it varies by, with the values that it is for. */
  readonly vary: readonly (readonly [name: string, value: string])[]
  readonly status: number
  readonly headers: HeaderList
  readonly body: Uint8Array
  /** From `Surrogate-Key` and `Cache-Tag`. */
  readonly tags: readonly string[]
  /** When it came, or was last confirmed: epoch milliseconds. */
  readonly at: number
  /** How old it was then, in seconds. */
  readonly age: number
  /** For how long it is fresh, in seconds. */
  readonly lifetime: number
  /** For how many seconds more it may be given while it is asked for anew. */
  readonly whileRevalidate: number
  /** For how many seconds more it may be given when that fails. */
  readonly ifError: number
  /** It must not be given stale, whatever a request allows (`must-revalidate` and its like). */
  readonly strict: boolean
  /** It may answer requests that carry credentials. */
  readonly shared: boolean
}

/** What to remove. */
export type Removal = { readonly tag: string } | { readonly prefix: string }

/**
 * Where answers are stored. A port: the memory store is one; bring another to share answers between processes. All of it may be
 * asynchronous; a rejection is taken as "not there", and said to the log.
 */
export interface CacheStore {
  /** All answers under a key, the newest first. */
  get(key: string): May<readonly StoredAnswer[]>
  /** Stores an answer in place of the one with the same key and variant. It may be dropped at any time. */
  set(answer: StoredAnswer): May<void>
  /** Removes all answers under a key. Gives how many there were. */
  delete(key: string): May<number>
  /** Removes all answers with a tag, or whose key begins with a prefix. Gives how many there were. */
  purge(what: Removal): May<number>
}
