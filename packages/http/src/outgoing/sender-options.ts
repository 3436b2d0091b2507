import type { Clock, Context, Duration, Ids, Logger, Tagged } from '@xconnector/core'
import type { JsonBody } from '../client/body.js'
import type { NetworkOptions } from '../network/network-options.js'
import type { DisableOptions } from './disable-policy.js'
import type { WebhookEndpoint } from './endpoint.js'
import type { EndpointStore } from './endpoint-store.js'

/** Options of a sender of webhooks. */
export interface WebhookSenderOptions extends NetworkOptions {
  /** In failures and events; each endpoint is a destination of its own, called `name/id`. */
  readonly name: string
  readonly endpoints: EndpointStore
  /** When an endpoint is disabled. `false`: only by 410, or by hand. Default: after 5 days of failures. */
  readonly disable?: DisableOptions | false
  /**
   * Told when an endpoint was disabled by its answer or by the policy, by the process that did it. It is not waited for, and
   * where it fails, only the log says so: what must not be lost belongs into the flow's route of `EndpointDisabled`.
   */
  readonly onDisabled?: (endpoint: WebhookEndpoint, failure: Tagged) => unknown
  /** How long the old secrets of a rotated endpoint go on signing. Default `'24h'`. */
  readonly overlap?: Duration
  /** How long an endpoint may take to answer. Default `'20s'`. */
  readonly timeout?: Duration
  /** Calls of one endpoint at a time. Default 4. */
  readonly concurrency?: number
  /** `true`: endpoints may be `http`. Default `false`. */
  readonly plaintext?: boolean
  /** The ports of plain calls; in a flow, those of its runtime are used. Default: the platform's. */
  readonly ports?: { readonly clock?: Clock; readonly ids?: Ids; readonly log?: Logger }
}

/** What declares a target that sends webhooks. */
export interface WebhookTargetOptions<A> {
  readonly name: string
  /** The id of the endpoint that an input goes to. */
  readonly endpoint: (input: A) => string
  /** How an input becomes the JSON that is sent: a codec, a schema, a function; `json<A>()` sends it as it is. */
  readonly body: JsonBody<A>
  /** Headers beside those of the webhook. With `cloudEvent` both this and `body` are given. */
  readonly headers?: (input: A, ctx: Context) => Readonly<Record<string, string>>
  /** The `webhook-id`. Default: the idempotency key of the hop, which retries and crashes do not change. */
  readonly id?: (input: A, ctx: Context) => string
}
