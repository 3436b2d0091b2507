import { byKind, flow } from '@xconnector/core'
import { anyone, ingress, standardWebhooks, statuses } from '@xconnector/http'
import { gateway, type GatewayPorts } from '@xconnector/http/gateway'
import { z } from 'zod'
import { backends, env, getPrice, getProduct, getStock } from './systems.ts'

/** What the front asks for, by the backend that has it. `ports`: for tests. */
export const contentGateway = (ports: GatewayPorts = {}) =>
  gateway({
    name: 'content',
    backends,
    locale: { supported: ['en', 'de', 'fr'], default: 'en' },
    routes: [
      // Apps have a form of their own; sites and portals share one.
      {
        name: 'app',
        path: '/content/:type/:slug',
        headers: { 'x-channel': 'app' },
        to: 'cms',
        rewrite: { path: '/app/:type/:slug' },
        localeHeader: 'accept-language',
      },
      {
        name: 'pages',
        path: '/content/:type/:slug',
        to: 'cms',
        rewrite: { path: '/entries/:type/:slug' },
        localeHeader: 'accept-language',
        query: { keep: ['preview'] },
      },
      {
        name: 'media',
        path: '/media/**',
        to: 'media',
        rewrite: { strip: '/media' },
        cache: { freshFor: '1d' },
      },
      // What belongs to one person: their credentials pass, nothing is kept.
      {
        name: 'account',
        path: '/account/**',
        host: ['portal.example.com', 'localhost'],
        methods: ['GET', 'HEAD', 'POST'],
        to: 'accounts',
        rewrite: { strip: '/account', prefix: '/me' },
        pass: { authorization: true },
        cache: false,
      },
    ],
    cache: { staleWhileRevalidate: '30s', staleIfError: '1h' },
    ports,
  })
export const content = contentGateway()

export const hooks = ingress()

/** A product's page data, of three backends that are asked at once. Without its stock it is a page all the same. */
export const productPage = flow('product-page')
  .input<{ sku: string; currency: string }>()
  .gather({ product: getProduct, price: getPrice, stock: getStock }, { settle: 'bestEffort' })
  .map('page', ({ product, price, stock }) => {
    if (product._tag === 'Left') return product.left
    if (price._tag === 'Left') return price.left
    return { ...product.right, price: price.right, stock: stock._tag === 'Right' ? stock.right.pieces : null }
  })

hooks.endpoint({
  method: 'GET',
  path: '/products/:sku',
  query: z.object({ currency: z.enum(['EUR', 'USD', 'CHF']).default('EUR') }),
  authorize: anyone({ because: 'the catalogue is public' }),
  flow: productPage,
  input: ({ params, query }) => ({ ...params, ...query }),
  failures: { NotFound: { status: 404, title: 'No such product' } },
  otherwise: statuses(),
  cache: { control: 'public, max-age=15, stale-if-error=300' },
  timeout: '3s',
})

/** Something was published or withdrawn: what the cache has of it is gone. */
export const published = flow('purge-published')
  .from(
    hooks.webhook({
      path: '/hooks/cms',
      verify: standardWebhooks({ secret: env.CMS_HOOK_SECRET }),
      body: z.object({ type: z.enum(['published', 'withdrawn']), entry: z.object({ id: z.string() }) }),
    }),
  )
  .to(content.purge.with(({ entry }) => ({ tag: `entry-${entry.id}` })))
  .otherwise(byKind())
