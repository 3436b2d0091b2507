import type { AxiosInstance } from 'axios'
import type {
  Clock,
  DestinationOptions,
  Duration,
  Ids,
  Logger,
  Random,
  Secret,
  Setting,
  Tagged,
} from '@xconnector/core'
import type { Auth } from '../auth/auth.js'
import type { Integers } from '../json/integers.js'
import type { NetworkOptions } from '../network/network-options.js'
import type { RedirectOptions } from '../network/redirects.js'
import type { ExchangeFailure } from '../failure/call-failure.js'
import type { ConnectionOptions } from '../transport/connection-rules.js'
import type { TransportFactory } from '../transport/transport-needs.js'
import type { BaseUrl } from './base-url.js'
import type { FailedAnswer } from './failed-answer.js'

/** A header's value: a text, or one that is a secret, or either from configuration. */
export type HeaderValue = string | Secret | Setting<string> | Setting<Secret>

/** Options of an HTTP client. */
export interface HttpOptions<
  W extends 'wait' | 'fail' = 'wait',
  X extends Tagged | undefined = undefined,
> extends NetworkOptions {
  /** The destination's name: in failures, events and the journal. */
  readonly name: string
  /**
   * `http` or `https`, with a path if need be; without credentials, query and fragment. A `Secret` where the URL itself is a
   * credential: nothing but its host is shown, and it may have a query, which is sent with every call.
   */
  readonly baseUrl: BaseUrl
  /** `true`: `baseUrl` may be `http` to another machine, so that everybody on the way can read along. Default `false`. */
  readonly plaintext?: boolean
  /** Redirects of reads that are followed. Default: none; of targets, none ever. */
  readonly redirects?: RedirectOptions
  readonly auth?: Auth
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, HeaderValue>>
  /**
   * How long a call may take, from the first byte sent to the last one read, the quick retry included. Where a body is
   * streamed, either way: how long the remote may move nothing. Default `'30s'`.
   */
  readonly timeout?: Duration
  /** The most bytes of an answer, after decompression. Default 10 MiB. */
  readonly maxResponseBytes?: number
  /** The most bytes of a body to send. Default 10 MiB. */
  readonly maxRequestBytes?: number
  /** What becomes of integers past 2^53 - 1, either way. They are never rounded. Default `'refuse'`. */
  readonly integers?: Integers
  /** `false`: the `Idempotency-Key` of keyed targets without quotes, as many APIs want it. Default `true`, by the draft. */
  readonly quoteKey?: boolean
  /** The name of the header that carries the key of a keyed target. Default `'Idempotency-Key'`. */
  readonly keyHeader?: string
  /**
   * Turns failures into the API's own, by the answer's body: looked at for every answer that is a failure. What it gives
   * joins the union of all targets and queries of the client; `undefined` leaves the failure as it is, and a throw is
   * `StepFailed`. The circuit goes by the answer itself.
   *
   * @example
   * refine: (failure, answer) =>
   *   codeOf(answer.json()) === 'not_approved' ? new NotApproved({ status: answer.status }) : undefined
   */
  readonly refine?: (failure: ExchangeFailure, answer: FailedAnswer) => X
  /** Concurrency, rate, circuit, and what a plain call does while it is parked. */
  readonly destination?: Omit<DestinationOptions, 'name' | 'whenParked'> & { readonly whenParked?: W }
  /**
   * An axios of the user's own: its interceptors, adapter and agents are used, the safe settings of each request still
   * hold. It gets no quick retry: that would have to change the instance.
   */
  readonly axios?: AxiosInstance
  /** The ports of plain calls; in a flow, those of its runtime are used. Default: the platform's. */
  readonly ports?: { readonly clock?: Clock; readonly ids?: Ids; readonly log?: Logger }
  /** In the place of `node:http`: `undiciTransport()` of `@xconnector/http/undici`, for less work per call. */
  readonly transport?: TransportFactory
  /** How connections are kept. */
  readonly connections?: ConnectionOptions
  /**
   * How many times its size an answer may have after decompression, beyond its first MiB: what grows more is a bomb
   * (`BadResponse`, `too-large`). Default 250.
   */
  readonly maxExpansion?: number
  /** Spreads quick retries. Default: the platform's. */
  readonly random?: Random
}

/** What a caller may say about one plain call. A flow step's context fits too. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** How long the call may take altogether, waiting for its destination included. Default: the client's timeout. */
  readonly timeout?: Duration
  /** The idempotency key. Default: a new id. */
  readonly key?: string
}
