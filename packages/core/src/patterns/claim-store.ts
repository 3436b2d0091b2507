import type { Readable } from 'node:stream'
import type { Destination } from '../destination/destination.js'
import type { Duration } from '../message/duration.js'
import type { FileRef } from '../message/file-ref.js'
import type { May } from '../result/result.js'
import type { FileProvider, OpenFile } from '../step/file-provider.js'

/** Bytes to be parked: at hand, or a stream of them. */
export type ClaimBytes = Uint8Array | AsyncIterable<Uint8Array>

/** A reference to parked bytes, of known size and hash. */
export interface StoredClaim extends FileRef {
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

/**
 * Where parked bodies are kept. It is a `FileProvider` too: a claim can be handed to whatever takes files, and is streamed from
 * here.
 *
 * Its functions reject with `StoreUnavailable` when the store cannot read or write, with the reason of an aborted signal, and
 * as they say themselves.
 */
export interface ClaimStore extends FileProvider {
  /** The steps enter it around each use, so that a store that fails is parked like any remote. */
  readonly destination: Destination
  /**
   * Keeps bytes under a key, for good once it resolves. The first bytes of a key stay: a repeat gives the same claim, without
   * calling `open`. A stream is destroyed in any case. Rejects with `StreamBroken` when the stream breaks, and with what
   * `open` threw.
   */
  put(
    key: string,
    open: () => May<ClaimBytes>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<StoredClaim>
  /** A stream of a claim's bytes from `start`, with back-pressure. Rejects with `ClaimMissing`. */
  open(claim: FileRef, options?: OpenFile): Promise<Readable>
  /** Removes a claim; one that is not there is no error. */
  remove(claim: FileRef): Promise<void>
  /** Removes what was last put longer ago than this, and what a crash left behind. Gives how many were removed. */
  sweep(olderThan: Duration): Promise<number>
}
