import type { Intake, Json } from '@xconnector/core'
import type { Verifier } from '../verify/verifier.js'
import type { WebhookType } from './options.js'

/** A webhook while a runtime has it started. */
export interface Opening {
  readonly intake: Intake
  readonly verifier: Verifier
  /** False from the moment on in which it was asked to stop: nothing more may be accepted. */
  open: boolean
  /** Messages that are being accepted. */
  accepting: number
  /** Called when the last of them is settled, after it was asked to stop. */
  drained: (() => void) | undefined
  /** What has been said to the log once. */
  readonly said: Set<string>
}

/** A declared webhook: its place, what it does with a body, and the runtime that has it started, if any. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly source: string
  readonly type: WebhookType | undefined
  readonly dedupe: 'id' | 'none' | { readonly header: string }
  readonly undecodable: 'dead-letter' | 'refuse'
  readonly kept: readonly string[]
  /** Whether a body is wanted; all are where it is left out. */
  readonly only: ((raw: Json) => boolean) | undefined
  opening: Opening | undefined
}

/** Limits that hold for all routes of an ingress. */
export interface Limits {
  readonly maxBytes: number
  readonly timeoutMs: number
}
