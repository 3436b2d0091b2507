import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { flow, silentLogger } from '@xconnector/core'
import {
  anyone,
  http,
  ingress,
  json,
  memoryIdempotency,
  sharedToken,
  statuses,
  type EndpointRequest,
} from '../../src/index.js'
import { httpServer, send } from '../support/loopback.js'

const Product = z.object({ sku: z.string(), title: z.string() })
const Price = z.object({ cents: z.number() })
type Asked = EndpointRequest<{ sku: string }>

/** A product page, of a backend of products and one of prices. */
const shop = (products: string, prices: string, timeout: '30s' | '300ms' = '30s') => {
  const site = http({ name: `products ${products}`, baseUrl: products })
  const till = http({ name: `prices ${prices}`, baseUrl: prices })
  const product = site.query({ name: 'product', path: '/products/:sku', response: Product })
  const price = till.query({ name: 'price', path: '/prices/:sku', response: Price })
  const page = flow('product-page')
    .input<Asked>()
    .map('sku', ({ params }) => ({ sku: params.sku }))
    .gather({ product, price }, { settle: 'all' })
  const direct = flow('direct')
    .input<Asked>()
    .map('sku', ({ params }) => ({ sku: params.sku }))
    .via(price)
  const hooks = ingress({ log: silentLogger })
  const authorize = anyone({ because: 'a test' })
  hooks.endpoint({
    method: 'GET',
    path: '/pages/:sku',
    authorize,
    flow: page,
    failures: { PartialFailure: (e) => (e.failed.some((f) => f.branch === 'product') ? 503 : 502) },
    otherwise: statuses(),
    response: ({ product, price }: { product: z.infer<typeof Product>; price: z.infer<typeof Price> }) => ({
      title: product.title,
      ...price,
    }),
  })
  hooks.endpoint({
    method: 'GET',
    path: '/prices/:sku',
    authorize,
    flow: direct,
    failures: { NotFound: { status: 404, title: 'No such product', type: 'https://shop.test/no-product' } },
    otherwise: statuses(),
    timeout,
  })
  return { hooks, close: () => (site.close(), till.close()) }
}

test('a page is composed of several backends, and their failures never show what they said', async () => {
  let broken = false
  await using products = await httpServer(
    (_, res) => void res.setHeader('content-type', 'application/json').end('{"sku":"a","title":"A"}'),
  )
  await using prices = await httpServer((req, res) => {
    res.setHeader('content-type', 'application/json')
    if (req.url === '/prices/none') return void res.writeHead(404).end('{"secret":"s3cret"}')
    if (broken) return void res.writeHead(500).end('{"secret":"s3cret"}')
    return void res.end('{"cents":5}')
  })
  const { hooks, close } = shop(products.url, prices.url)
  await using server = await httpServer(hooks.node)
  const get = (path: string) => send(server.url + path, { method: 'GET' })
  expect((await get('/pages/a')).text).toBe('{"title":"A","cents":5}')
  const none = await get('/prices/none')
  expect([none.status, JSON.parse(none.text)]).toEqual([
    404,
    { type: 'https://shop.test/no-product', title: 'No such product', status: 404 },
  ])
  broken = true
  const answers = [await get('/pages/a'), await get('/prices/a')]
  expect(answers.map((a) => a.status)).toEqual([502, 503])
  expect(answers.map((a) => a.text).join('')).not.toMatch(/s3cret|prices|127\.0\.0\.1/)
  close()
})

test('the time of an endpoint ends the calls of its backends too', async () => {
  const held: ServerResponse[] = []
  const closed = Promise.withResolvers<void>()
  await using prices = await httpServer((_, res) => {
    held.push(res)
    res.on('close', () => closed.resolve())
  })
  const { hooks, close } = shop(prices.url, prices.url, '300ms')
  await using server = await httpServer(hooks.node)
  expect((await send(`${server.url}/prices/a`, { method: 'GET' })).status).toBe(504)
  await closed.promise
  expect(held.length).toBe(1)
  close()
})

test('the key of a caller reaches a keyed target as one key, over tries and callers', async () => {
  const keys: unknown[] = []
  await using bank = await httpServer((req, res) => {
    req.resume()
    keys.push(req.headers['idempotency-key'])
    res.writeHead(keys.length === 1 ? 500 : 200, { 'content-type': 'application/json' }).end('{"id":"c1"}')
  })
  const client = http({ name: 'bank', baseUrl: bank.url, destination: { circuit: false } })
  const charge = client.target({
    name: 'charge',
    method: 'POST',
    path: '/charges',
    body: json<{ cents: number }>(),
    response: z.object({ id: z.string() }),
    effect: 'keyed',
  })
  const hooks = ingress({ log: silentLogger })
  hooks.endpoint({
    method: 'POST',
    path: '/orders',
    body: z.object({ cents: z.number() }),
    authorize: sharedToken({ header: 'x-token', token: 't' }),
    flow: flow('order').input<{ cents: number }>().via(charge),
    input: ({ body }) => body,
    otherwise: statuses(),
    idempotency: { store: memoryIdempotency(), scope: () => 'the one who has the token' },
  })
  await using server = await httpServer(hooks.node)
  const order = () =>
    send(`${server.url}/orders`, {
      headers: { 'content-type': 'application/json', 'x-token': 't', 'idempotency-key': '"k"' },
      body: '{"cents":1}',
    })
  const told = [await order(), await order(), await order()]
  expect(told.map((r) => [r.status, r.status === 200 ? r.text : ''])).toEqual([
    [503, ''],
    [200, '{"id":"c1"}'],
    [200, '{"id":"c1"}'],
  ])
  expect([keys.length, new Set(keys).size, keys[0]]).toEqual([
    2,
    1,
    expect.stringMatching(/^"idempotency-[\w-]{43}/),
  ])
  client.close()
})
