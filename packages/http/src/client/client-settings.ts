import type { Destination, Environment, Random, Setting, Tagged } from '@xconnector/core'
import type { Auth } from '../auth/auth.js'
import type { ExchangeFailure } from '../failure/call-failure.js'
import type { FailedAnswer } from './failed-answer.js'
import type { HeaderValue } from './options.js'
import type { Transport } from './wire.js'

/** A client's options, checked, with defaults filled in: what its calls share. */
export interface ClientSettings {
  readonly name: string
  readonly destination: Destination
  readonly baseUrl: string | Setting<string>
  readonly auth: Auth | undefined
  readonly headers: Readonly<Record<string, HeaderValue>>
  readonly timeoutMs: number
  readonly maxRequestBytes: number
  readonly quoteKey: boolean
  /** In lower case. */
  readonly keyHeader: string
  readonly refine: ((failure: ExchangeFailure, answer: FailedAnswer) => Tagged | undefined) | undefined
  readonly transport: Transport
  readonly random: Random
  readonly env: Environment
}
