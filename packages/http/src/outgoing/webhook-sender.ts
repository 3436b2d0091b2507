import { checkFunction } from '../config/check-option.js'
import { millis, systemClock, type Secret, type StepFailed } from '@xconnector/core'
import { reveal } from '../config/secret-text.js'
import type { CallFailure } from '../failure/call-failure.js'
import type { EndpointDisabled } from '../failure/endpoint-disabled.js'
import type { EndpointsUnavailable } from '../failure/endpoints-unavailable.js'
import type { HttpTarget } from '../client/forms.js'
import { http } from '../client/http.js'
import { webhookSigner } from '../verify/webhook-signing-key.js'
import { disablePolicy } from './disable-policy.js'
import { disabledEndpoint, enabledEndpoint, rotatedEndpoint, type WebhookEndpoint } from './endpoint.js'
import { EndpointClients } from './endpoint-clients.js'
import { sending } from './sending.js'
import type { WebhookSenderOptions, WebhookTargetOptions } from './sender-options.js'

/** What sending a webhook may fail with. */
export type WebhookFailure = CallFailure | EndpointDisabled | EndpointsUnavailable | StepFailed

/** Sends webhooks to endpoints that come from data. */
export interface WebhookSender {
  /** Declares a target that sends a signed webhook to the endpoint which its input names. */
  target<A>(options: WebhookTargetOptions<A>): HttpTarget<A, void, WebhookFailure>
  /** The ids of the endpoints at work that want events of a type; of all at work, where none is named. */
  subscribers(type?: string): Promise<readonly string[]>
  /** Sends nothing to an endpoint any more. Gives it as it is then; undefined when there is none. */
  disable(id: string): Promise<WebhookEndpoint | undefined>
  /** Sends to an endpoint again, with no failures behind it. */
  enable(id: string): Promise<WebhookEndpoint | undefined>
  /**
   * Gives an endpoint a new secret, `newWebhookSecret()` say. The old ones go on signing beside it for the overlap, so that
   * the receiver may change over at any time of it.
   *
   * @throws TypeError for what is no secret that signs.
   */
  rotate(id: string, secret: string | Secret): Promise<WebhookEndpoint | undefined>
  /** Closes connections that are kept alive. */
  close(): void
}

/**
 * Sends webhooks, signed by Standard Webhooks (`v1` and `v1a`), to endpoints that others have registered.
 *
 * The id of a webhook stays the same over retries, its timestamp and signature are new each time on the wire. 2xx is
 * delivered; 410 disables the endpoint, as failing for days does; redirects are not followed; all else is the failure that
 * it is for any call, and is sent again by the flow's routes. Each endpoint is a destination of its own. As URLs come from
 * data, only public addresses are called unless `addresses` says otherwise.
 *
 * @example
 * const sender = webhookSender({ name: 'partners', endpoints: store })
 * const notify = sender.target({ name: 'notify', endpoint: (n: Notice) => n.endpoint, body: (n) => n.event })
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const webhookSender = (options: WebhookSenderOptions): WebhookSender => {
  const { name, endpoints, disable = {}, concurrency, ports } = options
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError(`webhookSender name: expected a text that is not empty, got ${JSON.stringify(name)}`)
  const at = `webhookSender ${JSON.stringify(name)}`
  checkFunction(`${at} onDisabled`, options.onDisabled)
  if (typeof endpoints?.get !== 'function' || typeof endpoints.update !== 'function')
    throw new TypeError(`${at} endpoints: expected a store, such as memoryEndpoints()`)
  if (concurrency !== undefined && (!Number.isSafeInteger(concurrency) || concurrency < 1))
    throw new TypeError(`${at} concurrency: expected 1 or more, got ${String(concurrency)}`)
  const overlapMs = millis(options.overlap ?? '24h', `${at} overlap`)
  millis(options.timeout ?? '20s', `${at} timeout`)
  const clients = new EndpointClients(options)
  const clock = ports?.clock ?? systemClock
  const judge = {
    name,
    endpoints,
    policy: disable === false ? undefined : disablePolicy(disable, at),
    onDisabled: options.onDisabled,
  }
  // Never called itself: it is what the targets are named after, and waits for nobody.
  const umbrella = http({ name, baseUrl: 'https://endpoints.invalid', ...(ports && { ports }) })
  return {
    target: (declared) => {
      const run = sending(judge, clients, concurrency ?? 4, declared)
      return umbrella.composite({ name: declared.name, effect: 'keyed', ...run }) as never
    },
    async subscribers(type) {
      const all = await endpoints.list()
      return all
        .filter((e) => e.disabled === undefined)
        .filter((e) => type === undefined || e.types === undefined || e.types.includes(type))
        .map((e) => e.id)
    },
    disable: async (id) => endpoints.update(id, (e) => disabledEndpoint(e, 'asked', clock.now())),
    enable: async (id) => endpoints.update(id, enabledEndpoint),
    async rotate(id, secret) {
      webhookSigner(reveal(secret, {}, `${at} secret`), `${at} secret`)
      return endpoints.update(id, (e) => rotatedEndpoint(e, secret, clock.now(), overlapMs))
    },
    close() {
      clients.close()
      umbrella.close()
    },
  }
}
