import { config, secret, url } from '@xconnector/core'
import { apiKey, bearer, http } from '@xconnector/http'
import type { BackendOptions } from '@xconnector/http/gateway'
import { z } from 'zod'

/** Everything that the service is told by its environment. */
export const env = config({
  CMS_URL: url,
  CMS_KEY: secret,
  CMS_HOOK_SECRET: secret,
  MEDIA_URL: url,
  ACCOUNTS_URL: url,
  SHOP_URL: url,
  SHOP_TOKEN: secret,
  PRICES_URL: url,
  STOCK_URL: url,
})

/** Where requests of the front can go: there is no other place. What is behind adds its own credentials. */
export const backends = {
  cms: { baseUrl: env.CMS_URL, auth: apiKey({ header: 'x-api-key', key: env.CMS_KEY }) },
  media: { baseUrl: env.MEDIA_URL },
  accounts: { baseUrl: env.ACCOUNTS_URL, concurrency: 32, timeouts: { answer: '5s' } },
} as const satisfies Readonly<Record<string, BackendOptions>>

// A caller is waiting: while one of these is parked, its part of the answer fails at once.
const atOnce = { whenParked: 'fail', concurrency: 64 } as const
const shop = http({ name: 'shop', baseUrl: env.SHOP_URL, auth: bearer(env.SHOP_TOKEN), destination: atOnce })
const prices = http({ name: 'prices', baseUrl: env.PRICES_URL, destination: atOnce })
const stock = http({ name: 'stock', baseUrl: env.STOCK_URL, destination: atOnce })

export const getProduct = shop.query({
  name: 'get-product',
  path: '/products/:sku',
  response: z.object({ sku: z.string(), title: z.string(), image: z.string() }),
})

export const getPrice = prices.query({
  name: 'get-price',
  path: '/prices/:sku',
  query: ({ currency }: { sku: string; currency: string }) => ({ currency }),
  response: z.object({ cents: z.number(), currency: z.string() }),
})

export const getStock = stock.query({
  name: 'get-stock',
  path: '/stock/:sku',
  response: z.object({ pieces: z.number() }),
})
