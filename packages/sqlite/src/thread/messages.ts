import type { Opening, Settings, Start, Trouble } from '../call.js'
import type { PackedAnswer, PackedCall } from './wire.js'

/** What a thread is given at its birth. */
export interface Birth {
  readonly settings: Settings
  readonly start: Start
  readonly maxGroup: number
  /** From 0 up to 1: where the jitter of its waits starts. */
  readonly seed: number
}

/** From the host: a tick's calls, and the time they were asked at; or the end. */
export type Request =
  | { readonly calls: readonly PackedCall[]; readonly now: number }
  | { readonly close: true; readonly now: number }

/** From the thread: how opening went; the answers to a request, in order; how closing went. */
export type Response =
  | { readonly opening: Opening }
  | { readonly refused: Trouble }
  | { readonly answers: readonly PackedAnswer[] }
  | { readonly closed: Trouble | undefined }
