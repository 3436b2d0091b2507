import type { Duration } from '@xconnector/core'
import type { ClaimStore } from '@xconnector/core/patterns'
import type { Verifier } from '../verify/verifier.js'
import type { StreamOptions } from './stream-rules.js'

/** Options of `hooks.file`. */
export interface FileOptions<P extends string = string> extends StreamOptions {
  /** Below the ingress's base path. A segment `:name` is a parameter: it stands in the message. */
  readonly path: P
  /** Default `'POST'`. */
  readonly method?: string
  /** Where files are kept: `directoryStore({ dir })` of `@xconnector/core/patterns`. */
  readonly store: ClaimStore
  /** Who may send. It must be able to look at a body as it goes by: all that this package brings are, ed25519 apart. */
  readonly verify: Verifier
  /** The source's name. Default: the whole path. */
  readonly name?: string
  /** The type of its messages: a text, or the header that holds it. Default `'file'`. */
  readonly type?: string | { readonly header: string }
  /**
   * What a repeat is known by: the verified id (default), a header of the request, the SHA-256 of the file (`'content'`), or
   * nothing. A repeat gets the answer of the first, whose file stays.
   */
  readonly dedupe?: 'id' | 'none' | 'content' | { readonly header: string }
  /** Media types that are taken, such as `'application/pdf'` and `'image/*'`; others are answered with 415. Default: any. */
  readonly types?: readonly string[]
  /** Headers to store with the message: they stand in its body too. Never credentials. */
  readonly headers?: readonly string[]
  /**
   * For how long files are kept in the store: older ones are swept every hour, whatever refers to them, and so is what a crash
   * left behind. Longer than any message, and any dead letter that is to be replayed, may live; it sweeps all of the store.
   * Left out: nothing is swept; call `store.sweep` yourself.
   */
  readonly keep?: Duration
}
