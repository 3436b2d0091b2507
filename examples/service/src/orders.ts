import { byKind, config, flow, retry, secret, url } from '@xconnector/core'
import { http, ingress, json, standardWebhooks } from '@xconnector/http'
import { z } from 'zod'

const env = config({ HOOK_SECRET: secret, WAREHOUSE_URL: url })

/** Where the payment provider's webhooks come in. */
export const hooks = ingress({ basePath: '/hooks' })

const paid = hooks.webhook({
  path: '/orders',
  name: 'paid orders',
  body: z.object({ id: z.string(), items: z.array(z.string()) }),
  verify: standardWebhooks({ secret: env.HOOK_SECRET }),
})

const warehouse = http({ name: 'warehouse', baseUrl: env.WAREHOUSE_URL })
const reserve = warehouse.target({
  name: 'reserve',
  method: 'POST',
  path: '/reservations',
  body: json<{ order: string; items: readonly string[] }>(),
  effect: 'keyed',
})

/** A paid order, reserved in the warehouse. */
export const orders = flow('orders')
  .from(paid, { key: (order) => order.id })
  .to(reserve.with(({ id, items }) => ({ order: id, items })))
  .otherwise(byKind({ transient: retry({ initial: '200ms', upTo: '3d' }) }))
