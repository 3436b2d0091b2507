import type { Clock } from '@xconnector/core'
import type { Contract } from '../contract/contract.js'
import type { Platform } from '../platform/platform.js'
import type { Uploads } from '../uploads/uploads.js'
import type { Answer } from './answer.js'

/** One request, checked, for its handler. */
export interface Call {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Headers
  /** Parsed JSON that keeps the contract; `undefined` where there is none. */
  readonly body: unknown
  /** With its body metered: for what is streamed. */
  readonly request: Request
  /** Origin and base path, without a slash at its end. */
  readonly base: string
}

/** What handlers work on. */
export interface House {
  readonly platform: Platform
  readonly uploads: Uploads
  readonly clock: Clock
  readonly contract: Contract
  /** Begins the processing of a new version. */
  process(versionId: string): void
}

/** Answers one operation. */
export type Handler = (house: House, call: Call) => Answer | Promise<Answer>
