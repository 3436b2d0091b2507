import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { config, right, secret, url, type RunReport, type Step } from '@xconnector/core'
import { bearer, http, json, whole, type CallFailure } from '@xconnector/http'
import { z } from 'zod'

/** Everything that the service is told by its environment. Read when it starts, all at once. */
export const env = config({
  SUPPLIER_URL: url,
  SUPPLIER_TOKEN: secret,
  SHOP_URL: url,
  SHOP_TOKEN: secret,
  REPORTS_URL: url,
})

/** What the import is told by its deployment. */
export interface ImportOptions {
  /** Calls a second that the shop allows. */
  readonly rate: number
  /** A file to read in place of the supplier's export. */
  readonly file?: string | undefined
  /** When it runs: five or six fields, read in Berlin. Default: every night at two. */
  readonly cron?: string | undefined
}

/** A product as the shop has it. */
export interface Product {
  readonly sku: string
  readonly name: string
  readonly cents: number
  readonly stock: number
  /** Of all of the above: the shop keeps it and gives it back. */
  readonly fingerprint: string
}

/** The systems that an import works with. */
export type Systems = ReturnType<typeof systemsOf>

// oxlint-disable-next-line typescript/explicit-function-return-type
export const systemsOf = ({ rate, file }: ImportOptions) => {
  const supplier = http({
    name: 'supplier',
    baseUrl: env.SUPPLIER_URL,
    auth: bearer(env.SUPPLIER_TOKEN),
  })
  const shop = http({
    name: 'shop',
    baseUrl: env.SHOP_URL,
    auth: bearer(env.SHOP_TOKEN),
    destination: { concurrency: 16, rate: { limit: rate, per: '1s' } },
  })
  const reports = http({ name: 'reports', baseUrl: env.REPORTS_URL })

  const download = supplier.download<string, unknown>({ name: 'products', path: '/exports/products.csv' })
  const fromFile = (path: string): Step<unknown, { readonly body: Readable }> => ({
    name: 'products',
    effect: 'none',
    run: () => right({ body: createReadStream(path) }),
  })
  const exported: Step<unknown, { readonly body: Readable }, CallFailure> =
    file === undefined ? download : fromFile(file)
  return {
    /** The supplier's export of tonight, as a stream. */
    exported,
    /** Fingerprints of the products that the shop has, of up to 500 at a time. */
    fingerprints: shop.query({
      name: 'fingerprints',
      method: 'POST',
      path: '/products/fingerprints',
      body: json<{ readonly skus: readonly string[] }>(),
      response: z.record(z.string(), z.string()),
    }),
    /** Answers 201 for a new product, 200 for one that was there. */
    putProduct: shop.target({
      name: 'put-product',
      method: 'PUT',
      path: '/products/:sku',
      body: json<Product>(),
      response: whole(),
      effect: 'idempotent',
    }),
    /** Where the one report of each night goes. */
    putReport: reports.target({
      name: 'put-report',
      method: 'PUT',
      path: '/reports/:run',
      body: json<RunReport>(),
      effect: 'idempotent',
    }),
  }
}
