import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { RunReport } from '@xconnector/core'
import { onLoopback } from '@xconnector/example-kit/loopback'
import type { Product } from './systems.ts'

/** The supplier, the shop and the reports, on loopback. */
export interface World {
  readonly supplier: string
  readonly shop: string
  readonly reports: string
  readonly seen: Seen
  close(): void
}

/** What the systems saw. */
export interface Seen {
  readonly products: Map<string, Product>
  /** Downloads that were begun. */
  downloads: number
  /** Products that were put, and how many of those that the shop had just so. */
  puts: number
  again: number
  /** Calls of the shop, and how many of them it refused for coming too fast. */
  calls: number
  refused: number
  /** Calls of the shop in each second, by epoch second. */
  readonly bySecond: Map<number, number>
  /** In the order in which they came. */
  readonly told: { readonly report: RunReport; readonly puts: number; readonly calls: number }[]
}

/** Starts the systems. `rate`: calls a second that the shop allows. */
export const worldOf = async (file: string, rate: number): Promise<World> => {
  const seen: Seen = {
    products: new Map(),
    downloads: 0,
    puts: 0,
    again: 0,
    calls: 0,
    refused: 0,
    bySecond: new Map(),
    told: [],
  }
  const listeners = [supplierOf(seen, file), shopOf(seen, rate), reportsOf(seen)]
  const servers = listeners.map((listener) => createServer(listener))
  const [supplier, shop, reports] = await Promise.all(servers.map((server: Server) => onLoopback(server)))
  return {
    supplier: supplier!,
    shop: shop!,
    reports: reports!,
    seen,
    close: () => servers.forEach((server) => server.close().closeAllConnections()),
  }
}

const supplierOf =
  (seen: Seen, file: string): RequestListener =>
  (request, response) => {
    seen.downloads++
    request.resume()
    response.writeHead(200, { 'content-type': 'text/csv' })
    // A client that was killed reads no more.
    pipeline(createReadStream(file), response).catch(() => response.destroy())
  }

const shopOf = (seen: Seen, rate: number): RequestListener => {
  // A bucket like that of the client, with some room for calls that were long under way.
  const bucket = { left: rate * 1.2, at: performance.now() }
  const allowed = (): boolean => {
    const now = performance.now()
    bucket.left = Math.min(rate * 1.2, bucket.left + ((now - bucket.at) * rate) / 1000)
    bucket.at = now
    if (bucket.left < 1) return false
    bucket.left--
    return true
  }
  return (request, response) => {
    seen.calls++
    const second = Math.floor(Date.now() / 1000)
    seen.bySecond.set(second, (seen.bySecond.get(second) ?? 0) + 1)
    if (!allowed()) {
      seen.refused++
      request.resume()
      return void response.writeHead(429, { 'retry-after': '1' }).end()
    }
    jsonOf(request).then(
      (body) => {
        if (request.method === 'PUT') {
          response.writeHead(put(seen, body as Product), { 'content-length': '0' }).end()
          return
        }
        const answer = JSON.stringify(
          fingerprintsOf(seen, (body as { readonly skus: readonly string[] }).skus),
        )
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
      },
      () => response.destroy(),
    )
  }
}

const put = (seen: Seen, product: Product): number => {
  seen.puts++
  const before = seen.products.get(product.sku)
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(product)) seen.again++
  seen.products.set(product.sku, product)
  return before === undefined ? 201 : 200
}

const fingerprintsOf = ({ products }: Seen, skus: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    skus.flatMap((sku) => {
      const product = products.get(sku)
      return product === undefined ? [] : [[sku, product.fingerprint] as const]
    }),
  )

const reportsOf =
  (seen: Seen): RequestListener =>
  (request, response) => {
    jsonOf(request).then(
      (report) => {
        seen.told.push({ report: report as RunReport, puts: seen.puts, calls: seen.calls })
        response.writeHead(204).end()
      },
      () => response.destroy(),
    )
  }

const jsonOf = async (request: IncomingMessage): Promise<unknown> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return JSON.parse(Buffer.concat(pieces).toString('utf8'))
}
