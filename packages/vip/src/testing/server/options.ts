import type { Clock, Ids, Random } from '@xconnector/core'
import type { Contract } from '../contract/contract.js'
import type { Fault } from './faults.js'

/** How a VIP server is made. Everything may be left out. */
export interface VipServerOptions {
  /** Where uploads are kept. Default: a directory of its own in the system's place for such, gone after `close`. */
  readonly directory?: string
  /** Default: the machine's. Publication, windows, retries of events and waits of faults go by it. */
  readonly clock?: Clock
  readonly random?: Random
  /** Default: UUIDv7, without dashes. */
  readonly ids?: Ids
  /** The bearer token that is asked for. Default `vip-test-token`. */
  readonly token?: string
  /** Signs events: `whsec_` and base64. There is a default. */
  readonly webhookSecret?: string
  /** Milliseconds from a version's creation to its end; `manual`: `process` ends it. Default 0. */
  readonly processing?: number | 'manual'
  readonly faults?: readonly Fault[]
  /** Whether an answer of its own that departs from the contract becomes a 500. Default true. */
  readonly strict?: boolean
  /** Below which path the API is. Default `/v1`. */
  readonly basePath?: string
  /** One that is compiled already, to share it among servers. */
  readonly contract?: Contract
}
