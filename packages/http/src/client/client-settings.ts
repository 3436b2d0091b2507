import type { Destination, Environment, Random, Tagged } from '@xconnector/core'
import type { Auth } from '../auth/auth.js'
import type { ExchangeFailure } from '../failure/call-failure.js'
import type { Integers } from '../json/integers.js'
import type { BaseUrl } from './base-url.js'
import type { FailedAnswer } from './failed-answer.js'
import type { HeaderValue } from './options.js'
import type { Network } from '../network/network.js'
import type { Transport } from './wire.js'

/** A client's options, checked, with defaults filled in: what its calls share. */
export interface ClientSettings {
  readonly name: string
  readonly destination: Destination
  readonly baseUrl: BaseUrl
  /** Whether the base URL may be `http` to another machine. */
  readonly plaintext: boolean
  readonly auth: Auth | undefined
  readonly headers: Readonly<Record<string, HeaderValue>>
  readonly timeoutMs: number
  readonly maxRequestBytes: number
  readonly integers: Integers
  readonly quoteKey: boolean
  /** In lower case. */
  readonly keyHeader: string
  readonly refine: ((failure: ExchangeFailure, answer: FailedAnswer) => Tagged | undefined) | undefined
  readonly transport: Transport
  readonly network: Network
  readonly random: Random
  readonly env: Environment
}
