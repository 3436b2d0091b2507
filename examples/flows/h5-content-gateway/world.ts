import { createServer, type IncomingHttpHeaders } from 'node:http'
import { onLoopback } from '../on-loopback.ts'

/** A request that a backend got. */
export interface Got {
  readonly backend: string
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

/** All backends in one server on loopback, each below a path of its own. */
export interface World extends AsyncDisposable {
  /** For the environment of the service. */
  readonly settings: Readonly<Record<string, string>>
  readonly got: Got[]
  /** What is published: an entry's title by its slug. */
  readonly entries: Map<string, string>
  /** Those that answer everything with 503. */
  readonly down: Set<string>
  /** What a backend asks the front to do beside: headers of its answers. */
  readonly says: Map<string, Readonly<Record<string, string>>>
}

/** Secrets that must be seen by nobody but the backend that they are for. */
export const SECRETS: Readonly<Record<string, string>> = {
  CMS_KEY: 'canary-cms-key',
  CMS_HOOK_SECRET: 'whsec_Y2FuYXJ5IG9mIHRoZSBob29rIG9mIHRoZSBjbXM=',
  SHOP_TOKEN: 'canary-shop-token',
}

/** Starts the backends. */
export const startWorld = async (): Promise<World> => {
  const got: Got[] = []
  const entries = new Map([['moon', 'Moon landing']])
  const down = new Set<string>()
  const says = new Map<string, Readonly<Record<string, string>>>()
  const server = createServer((request, response) => {
    const [, backend = '', ...rest] = request.url!.split(/[/?]/)
    got.push({
      backend,
      method: request.method!,
      path: request.url!.slice(backend.length + 1),
      headers: request.headers,
    })
    request.resume()
    const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers, ...says.get(backend) })
        .end(JSON.stringify(body))
    if (down.has(backend)) return void answer(503, { secret: 'the insides of a backend' })
    const last = rest.at(-1) ?? ''
    if (backend === 'cms') {
      const slug = rest[2] ?? ''
      const title = entries.get(slug)
      if (title === undefined) return void answer(404, { code: 141 })
      const language = request.headers['accept-language']
      return void answer(
        200,
        { title, language, form: rest[0] },
        {
          'cache-control': 'max-age=60',
          'surrogate-key': `entry-${slug} articles`,
          vary: 'accept-language',
          etag: JSON.stringify(`${title} ${language}`),
        },
      )
    }
    if (backend === 'media') return void answer(200, { file: last })
    if (backend === 'accounts') {
      const known = request.headers.authorization === 'Bearer of-ada'
      return void answer(known ? 200 : 401, known ? { name: 'Ada' } : {}, { 'cache-control': 'max-age=60' })
    }
    if (backend === 'shop')
      return last === 'none'
        ? void answer(404, {})
        : void answer(200, { sku: last, title: 'Tea', image: `/media/${last}.jpg` })
    if (backend === 'prices') return void answer(200, { cents: 499, currency: last.split('=')[1] })
    return void answer(200, { pieces: 12 })
  })
  const { url, [Symbol.asyncDispose]: close } = await onLoopback(server)
  const at = Object.fromEntries(
    ['cms', 'media', 'accounts', 'shop', 'prices', 'stock'].map((name) => [
      `${name.toUpperCase()}_URL`,
      `${url}/${name}`,
    ]),
  )
  return { settings: { ...SECRETS, ...at }, got, entries, down, says, [Symbol.asyncDispose]: close }
}
