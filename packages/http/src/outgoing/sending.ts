import {
  CallContext,
  left,
  right,
  type Context,
  type Json,
  type Parked,
  type Result,
  type Tagged,
} from '@xconnector/core'
import { encoderOf } from '../client/body.js'
import type { HttpTarget } from '../client/forms.js'
import type { HttpClient } from '../client/http.js'
import { EndpointDisabled } from '../failure/endpoint-disabled.js'
import { EndpointsUnavailable } from '../failure/endpoints-unavailable.js'
import { urlOf } from './checked-endpoint.js'
import type { WebhookEndpoint } from './endpoint.js'
import type { EndpointClients } from './endpoint-clients.js'
import { delivered, refused, type Judge } from './outcome.js'
import type { WebhookTargetOptions } from './sender-options.js'
import { webhookId } from './webhook-id.js'

/** What one webhook is made of. */
interface Webhook<A> {
  readonly input: A
  readonly url: URL
}

/** How long a message waits for an endpoint that has its hands full. */
const BUSY_MS = 250

/** The `run` and `preview` of a target that sends webhooks. */
export const sending = <A>(
  judge: Judge,
  clients: EndpointClients,
  concurrency: number,
  declared: WebhookTargetOptions<A>,
): {
  run(input: A, ctx: Context): Promise<Result<Tagged, void>>
  preview(input: A, ctx: Context): Promise<Json>
} => {
  const encode = encoderOf(declared.body)
  const targets = new WeakMap<HttpClient, HttpTarget<Webhook<A>, void, Tagged>>()
  const targetOf = (client: HttpClient): HttpTarget<Webhook<A>, void, Tagged> => {
    const known = targets.get(client)
    if (known !== undefined) return known
    const made = client.target({
      name: declared.name,
      method: 'POST',
      path: ({ url }: Webhook<A>) => url.pathname,
      query: ({ url }) => queryOf(url),
      headers: ({ input }, ctx) => declared.headers?.(input, ctx) ?? {},
      body: ({ input }: Webhook<A>, ctx) => encode(input, ctx),
      effect: 'keyed',
      key: ({ input }, ctx) => webhookId(declared.id?.(input, ctx) ?? ctx.key),
    })
    targets.set(client, made)
    return made
  }
  const found = async (
    input: A,
  ): Promise<Result<EndpointDisabled | EndpointsUnavailable, WebhookEndpoint>> => {
    const id = declared.endpoint(input)
    let endpoint: WebhookEndpoint | undefined
    try {
      endpoint = await judge.endpoints.get(id)
    } catch (cause) {
      return left(new EndpointsUnavailable(judge.name, cause))
    }
    if (endpoint === undefined) return left(new EndpointDisabled(id, 'removed'))
    const { disabled } = endpoint
    return disabled === undefined
      ? right(endpoint)
      : left(new EndpointDisabled(id, disabled.why, disabled.since))
  }
  const webhook = (input: A, { id, url }: WebhookEndpoint): Webhook<A> => ({
    input,
    url: urlOf(url, `endpoint ${JSON.stringify(id)}`),
  })
  return {
    async run(input, ctx) {
      const looked = await found(input)
      if (looked._tag === 'Left') return looked
      const endpoint = looked.right
      const held = clients.of(endpoint)
      // A slow endpoint must not take the slots of the hop from the others: its messages wait in the journal.
      if (held.busy >= 2 * concurrency && !(ctx instanceof CallContext))
        return left(busy(held.client.destination.name, ctx))
      held.busy++
      try {
        const result = await targetOf(held.client).call(webhook(input, endpoint), ctx)
        if (result._tag === 'Left')
          return left(await refused(judge, endpoint, result.left, ctx.clock.now(), ctx.log))
        await delivered(judge, endpoint, ctx.log)
        return right(undefined)
      } finally {
        held.busy--
      }
    },
    async preview(input, ctx) {
      const looked = await found(input)
      if (looked._tag === 'Left')
        return { endpoint: declared.endpoint(input), sent: false, why: looked.left.message }
      const made = webhook(input, looked.right)
      const shown = await targetOf(clients.of(looked.right).client).preview?.(made, ctx)
      // Of its URL the origin alone: many receivers know who sends by a secret in the path.
      return {
        endpoint: looked.right.id,
        ...(shown as Readonly<Record<string, Json>>),
        url: made.url.origin,
      }
    },
  }
}

const busy = (destination: string, ctx: Context): Parked => ({
  _tag: 'Parked',
  kind: 'transient',
  destination,
  until: ctx.clock.now() + BUSY_MS,
})

const queryOf = ({ searchParams }: URL): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]))
