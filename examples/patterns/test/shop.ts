import { http, HttpResponse, type RequestHandler } from 'msw'
import type { Product } from '../nightly-import/systems.ts'

/** The supplier, the shop and the reports of a test. */
export interface Shop {
  readonly handlers: readonly RequestHandler[]
  /** The supplier's export of tonight. */
  file: string
  readonly products: ReadonlyMap<string, Product>
  /** SKUs in the order in which they were put. */
  readonly puts: string[]
  /** How many fingerprints were asked for at a time. */
  readonly asked: number[]
  readonly reports: Readonly<Record<string, unknown>>[]
  /** Downloads that were begun. */
  downloads: number
}

export const shopOf = (file: string): Shop => {
  const products = new Map<string, Product>()
  const shop: Shop = {
    file,
    products,
    puts: [],
    asked: [],
    reports: [],
    downloads: 0,
    handlers: [
      http.get('https://supplier.test/exports/products.csv', () => {
        shop.downloads++
        return new HttpResponse(shop.file, { headers: { 'content-type': 'text/csv' } })
      }),
      http.post('https://shop.test/products/fingerprints', async ({ request }) => {
        const { skus } = (await request.json()) as { readonly skus: readonly string[] }
        shop.asked.push(skus.length)
        const known = skus.flatMap((sku) => {
          const product = products.get(sku)
          return product === undefined ? [] : [[sku, product.fingerprint] as const]
        })
        return HttpResponse.json(Object.fromEntries(known))
      }),
      http.put('https://shop.test/products/:sku', async ({ request }) => {
        const product = (await request.json()) as Product
        const status = products.has(product.sku) ? 200 : 201
        products.set(product.sku, product)
        shop.puts.push(product.sku)
        return new HttpResponse(null, { status })
      }),
      http.put('https://reports.test/reports/:run', async ({ request }) => {
        shop.reports.push((await request.json()) as Readonly<Record<string, unknown>>)
        return new HttpResponse(null, { status: 204 })
      }),
    ],
  }
  return shop
}

/** An export of so many products; `change` replaces lines, by their number from 2. */
export const exportOf = (rows: number, change: Readonly<Record<number, string>> = {}): string => {
  const lines = Array.from(
    { length: rows },
    (_, i) => change[i + 2] ?? `P-${i},"Product, no. ${i}",${i}.50,${i % 90}`,
  )
  return `sku,name,price,stock\n${lines.join('\n')}\n`
}
