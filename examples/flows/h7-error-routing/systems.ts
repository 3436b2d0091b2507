import { config, failure, secret, url, type Alert } from '@xconnector/core'
import { apiKey, bearer, http, json, problemOf } from '@xconnector/http'
import { z } from 'zod'

/** Everything that the service is told by its environment. Read when it starts, all at once. */
export const env = config({
  SHOP_HOOK_SECRET: secret,
  ERP_URL: url,
  ERP_TOKEN: secret,
  DESK_URL: url,
  DESK_TOKEN: secret,
  CHAT_URL: secret, // whoever knows it may post: the URL is the credential
  PAGER_URL: url,
  PAGER_KEY: secret,
})

/** The ERP does not know who ordered. Sales decide, not a machine. */
export class CustomerUnknown extends failure('CustomerUnknown', 'permanent')<{ status: number }> {}

const erp = http({
  name: 'erp',
  baseUrl: env.ERP_URL,
  auth: bearer(env.ERP_TOKEN),
  timeout: '10s',
  refine(failed, { status }) {
    const problem = problemOf(failed)
    return problem?.type === 'urn:erp:customer-unknown'
      ? new CustomerUnknown({ status }, problem.detail)
      : undefined
  },
  destination: {
    concurrency: 16,
    circuit: { failures: 5, open: '1s', maxOpen: '1m' }, // parked after 5 in a row, then asked once a minute at most
    retryBudget: { share: 0.1, perSecond: 1 }, // repeats: a tenth of the first calls, and one a second
  },
})

export interface Order {
  readonly id: string
  readonly customer: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
}

export const bookOrder = erp.target({
  name: 'book-order',
  method: 'POST',
  path: '/orders',
  body: json<Order>(),
  effect: 'keyed',
  key: ({ id }) => id, // the order's own: the same over retries, and over a replay of the whole message
})

export const openTicket = http({ name: 'desk', baseUrl: env.DESK_URL, auth: bearer(env.DESK_TOKEN) }).target({
  name: 'open-ticket',
  method: 'POST',
  path: '/tickets',
  body: json<{ team: string; subject: string; text: string }>(),
  effect: 'keyed',
})

// As code: what a remote said must not become a link, or ring a bell.
const code = (text: string): string => `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``
const time = (at: number): string => new Date(at).toISOString().slice(11, 19)

/** Tells a channel of a chat: for what can wait until somebody reads it. */
export const chat = http({ name: 'chat', baseUrl: env.CHAT_URL })
  .target({
    name: 'tell-chat',
    method: 'POST',
    path: '', // the URL as it is
    body: json<{ text: string }>(),
    effect: 'idempotent', // a line that comes twice does no harm
  })
  .with(({ flow, hop, tag, count, verdict, since, until, sample, replay }: Alert) => ({
    text: [
      `**${count} × ${tag}** at ${code(`${flow}/${hop}`)}: ${verdict}, ${time(since)} to ${time(until)} UTC`,
      `> ${code(sample.error.message)}`,
      `First: ${code(sample.id)}. Again: ${code(replay)}`,
    ].join('\n'),
  }))

const pagers = http({
  name: 'pager',
  baseUrl: env.PAGER_URL,
  auth: apiKey({ header: 'x-api-key', key: env.PAGER_KEY }),
})

/** Wakes somebody: for what cannot wait. One incident for each flow, hop and tag, however often it is told. */
export const pager = pagers
  .target({
    name: 'page-somebody',
    method: 'PUT',
    path: '/incidents/:key',
    body: json<Alert & { readonly key: string; readonly source: 'orders' }>(),
    effect: 'idempotent', // by its key
  })
  .with(
    (alert: Alert) =>
      ({ ...alert, key: `${alert.flow}/${alert.hop}/${alert.tag}`, source: 'orders' }) as const,
  )

const Incident = z.object({ key: z.string(), flow: z.string(), hop: z.string(), tag: z.string() })

export const openIncidents = pagers.query({
  name: 'open-incidents',
  path: '/incidents',
  query: { source: 'orders', status: 'open' },
  response: z.array(Incident),
})

export const resolveIncident = pagers.target({
  name: 'resolve-incident',
  method: 'PUT',
  path: '/incidents/:key/resolved',
  body: json<z.infer<typeof Incident>>(),
  effect: 'idempotent',
})
