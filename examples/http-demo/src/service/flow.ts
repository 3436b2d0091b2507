import {
  byKind,
  config,
  deadLetter,
  flow,
  retry,
  secret,
  url,
  type Deployable,
  type Reconciled,
} from '@xconnector/core'
import { http, ingress, json, standardWebhooks, type Ingress } from '@xconnector/http'
import * as t from 'io-ts'
import { CONCURRENCY } from '../shared/systems.ts'

// Read when the runtime starts, all at once: whoever only describes the flow needs none of them.
const env = config({ HOOK_SECRET: secret, SEARCH_URL: url, SHOP_URL: url, LEDGER_URL: url })

const Product = t.type({ sku: t.string, version: t.number, title: t.string, cents: t.number })
const ProductChanged = t.type({ type: t.literal('product.changed'), product: Product })
type Product = t.TypeOf<typeof Product>

/** Where webhooks come in. */
export const hooks: Ingress = ingress({ basePath: '/hooks' })

const changes = hooks.webhook({
  path: '/products',
  name: 'product changes',
  body: ProductChanged,
  verify: standardWebhooks({ secret: env.HOOK_SECRET }),
})

// Slow. A document may be put any number of times.
const search = http({
  name: 'search',
  baseUrl: env.SEARCH_URL,
  destination: { concurrency: CONCURRENCY.search },
})
const putDocument = search.target({
  name: 'put-document',
  method: 'PUT',
  path: '/documents/:sku',
  body: json<{ sku: string; version: number; text: string; entry: string }>(),
  effect: 'idempotent',
})

// Down for a while. Knows a repeat by its Idempotency-Key.
const shop = http({
  name: 'shop',
  baseUrl: env.SHOP_URL,
  destination: { concurrency: CONCURRENCY.shop, circuit: { open: '250ms', maxOpen: '1s' } },
})
const setPrice = shop.target({
  name: 'set-price',
  method: 'POST',
  path: '/prices',
  body: json<{ sku: string; version: number; price: string }>(),
  effect: 'keyed',
})

// Rejects some. A repeat would be booked twice, so after a crash it is asked whether an entry is there already.
const ledger = http({
  name: 'ledger',
  baseUrl: env.LEDGER_URL,
  destination: { concurrency: CONCURRENCY.ledger },
})
const booked = ledger.query({ name: 'booked', path: '/entries/:entry' })
const bookEntry = ledger.target({
  name: 'book-entry',
  method: 'POST',
  path: '/entries',
  body: json<{ sku: string; version: number; cents: number; entry: string }>(),
  effect: 'unsafe',
  async reconcile({ entry }, ctx): Promise<Reconciled<void>> {
    const answer = await booked.call({ entry }, ctx)
    if (answer._tag === 'Right') return { found: undefined }
    return answer.left._tag === 'NotFound' ? 'absent' : 'unknown'
  },
})

const soon = retry({ initial: '200ms', max: '2s', upTo: '10m' })

/** The flow of the demo: one change of a product, delivered to three systems that know nothing of each other. */
export const products: Deployable = flow('products')
  .from(changes, { latest: { key: (e) => e.product.sku, version: (e) => e.product.version } })
  .map('product', (e) => e.product)
  .fanOut({
    search: putDocument.with(({ sku, version, title }: Product, ctx) => ({
      sku,
      version,
      text: title.toLowerCase(),
      entry: ctx.key,
    })),
    shop: (product) =>
      product
        .to(
          setPrice.with(({ sku, version, cents }: Product) => ({
            sku,
            version,
            price: (cents / 100).toFixed(2),
          })),
        )
        .on('Unavailable', soon)
        .on('ConnectionLost', soon),
    ledger: (product) =>
      product
        .to(
          bookEntry.with(({ sku, version, cents }: Product, ctx) => ({
            sku,
            version,
            cents,
            entry: ctx.key,
          })),
        )
        .on('Rejected', deadLetter()),
  })
  .otherwise(byKind({ transient: soon }))
