import { Readable } from 'node:stream'
import type { Socket } from 'node:net'
import { right, Secret, type Logger, type Result, type Tagged } from '@xconnector/core'
import {
  all,
  apiKey,
  basic,
  bearer,
  bytes,
  form,
  hmac,
  http,
  json,
  multipart,
  text,
  updateWithEtag,
  type Auth,
  type HttpClient,
  type HttpOptions,
} from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { tcpServer } from '../support/loopback.js'
import { hasty } from '../testing/site.js'
import { z } from 'zod'
import type { SecretPath, Show } from './path.js'
import { shown } from './shown.js'

// An answer that gives back all that it got: in its body in several forms, and in headers that are kept.
const echo = (status: string, request: string, type = 'application/json'): string => {
  const url = request.split(' ')[1] ?? '/'
  const body = `${JSON.stringify({ error: request, again: encodeURIComponent(request) })}${request}`
  return [
    `HTTP/1.1 ${status}`,
    `content-type: ${type}`,
    `location: https://elsewhere.test${url}`,
    `link: <https://elsewhere.test${url}>; rel="next"`,
    `x-request-id: ${url}`,
    `etag: "${url}"`,
    `set-cookie: sid=${encodeURIComponent(url)}`,
    `www-authenticate: Bearer realm="${url}"`,
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

const FAULTS: readonly ((socket: Socket, request: string) => void)[] = [
  ...[
    '200 OK',
    '302 F',
    '307 T',
    '400 B',
    '401 U',
    '403 F',
    '404 N',
    '407 P',
    '409 C',
    '412 P',
    '422 U',
    '429 T',
  ].map((status) => (s: Socket, request: string) => void s.end(echo(status, request))),
  ...['500 I', '503 U', '504 G'].map(
    (status) => (s: Socket, request: string) => void s.end(echo(status, request, 'text/plain')),
  ),
  (s) => s.resetAndDestroy(),
  (s) => void s.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'),
  (s) => void s.end('POTATO'),
]

/** A log that remembers. */
export const keptLog = (): { readonly log: Logger; readonly said: unknown[] } => {
  const said: unknown[] = []
  const say = (...given: unknown[]): void => void said.push(given)
  return { log: { debug: say, info: say, warn: say, error: say }, said }
}

type Call = (client: HttpClient, fields: object) => Promise<Result<Tagged, unknown>>

const post = { method: 'POST', path: '/things', effect: 'unsafe' } as const
const stream = (): Readable => Readable.from([Buffer.from('x')], { objectMode: false })

const CALLS: readonly Call[] = [
  (c, fields) => c.target({ ...post, name: 'json', body: json<object>() }).call(fields),
  (c, fields) => c.target({ ...post, name: 'keyed', body: json<object>(), effect: 'keyed' }).call(fields),
  (c, fields) => c.target({ ...post, name: 'form', body: form((f: object) => f as never) }).call(fields),
  (c) => c.target({ ...post, name: 'text', body: text() }).call('x'),
  (c) => c.target({ ...post, name: 'up', body: bytes(() => ({ stream: stream(), length: 1 })) }).call(1),
  (c, fields) =>
    c
      .target({
        ...post,
        name: 'parts',
        body: multipart(() =>
          Object.entries(fields).map(([name, value]) => ({ name, value: String(value) })),
        ),
      })
      .call(1),
  (c, fields) =>
    c.query({ name: 'get', path: '/things', query: fields as never, response: z.number() }).call(),
  (c, fields) => c.download({ name: 'file', path: '/things', query: fields as never }).call(),
  (c, fields) =>
    updateWithEtag(c, {
      name: 'update',
      path: '/things',
      response: z.looseObject({ n: z.number() }),
      merge: (_, input: object) => ({ n: 1, ...input }),
    }).call(fields),
  async (c, fields) => {
    const list = c.pages({
      name: 'list',
      path: '/things',
      query: fields as never,
      response: z.unknown(),
      items: () => [],
      next: { link: 'next' },
    })
    let last: Result<Tagged, unknown> = right(undefined)
    for await (const page of list.call()) last = page
    return last
  },
]

/** Calls of every form, against every fault, by clients that carry secrets. */
export const calls = async (options: Partial<HttpOptions>, fields: object, show: Show): Promise<void> => {
  for (const fault of FAULTS) {
    await using server = await tcpServer(fault)
    const { log, said } = keptLog()
    for (const call of CALLS) {
      const sent = server.requests.length
      // A client of its own for each: one that was told to wait waits.
      const client = http({
        ...options,
        name: 'site',
        baseUrl: server.url,
        ports: { clock: hasty, log },
        timeout: '2s',
      })
      const result = await call(client, fields)
      client.close()
      if (server.requests.length === sent) throw new Error(`nothing was sent: ${shown(result)}`)
      if (result._tag === 'Left') show(result.left)
    }
    show(said)
  }
}

const NOTHING = {}
const withAuth = (
  auth: (secret: (place: string) => string) => Auth,
  covers: readonly string[],
): SecretPath => ({
  covers,
  async run(secret, show) {
    const made = auth(secret)
    show(made)
    await calls({ auth: made }, NOTHING, show)
    await calls({ auth: made, transport: undiciTransport() }, NOTHING, show)
  },
})

export const CALL_PATHS: Readonly<Record<string, SecretPath>> = {
  bearer: withAuth((secret) => bearer(new Secret(secret('bearer'))), ['auth/bearer.ts#token']),
  'an API key in a header': withAuth(
    (s) => apiKey({ header: 'x-mine', key: s('key') }),
    ['auth/api-key.ts#key'],
  ),
  'an API key in the query': withAuth(
    (s) => apiKey({ in: 'query', parameter: 'mine', key: `${s('key')} /+"` }),
    ['auth/api-key.ts#key'],
  ),
  'basic credentials': withAuth(
    (s) => basic({ user: 'me', password: s('password') }),
    ['auth/basic.ts#password'],
  ),
  'a key and an HMAC': withAuth(
    (s) =>
      all(
        apiKey({ header: 'x-mine', key: s('key') }),
        hmac({ key: s('hmac'), header: 's', sign: '{header:x-mine}', streams: { bodyHash: 'none' } }),
      ),
    ['auth/hmac.ts#key', 'auth/api-key.ts#key'],
  ),
  'headers of the client, and a cookie': {
    covers: [
      'client/options.ts#headers',
      'conditional/update-options.ts#headers',
      'client/download.ts#headers',
    ],
    async run(secret, show) {
      const headers = { 'x-plain': new Secret(secret('masked')), cookie: `sid=${secret('cookie')}` }
      await calls({ headers }, NOTHING, show)
      await calls({ headers, transport: undiciTransport() }, NOTHING, show)
    },
  },
  'fields of bodies, forms, parts and queries': {
    run: async (secret, show) => {
      const fields = {
        password: secret('password'),
        access_token: secret('token'),
        client_secret: secret('client'),
      }
      await calls({}, fields, show)
    },
  },
  'a proxy that refuses, is not there, or has a URL that makes no sense': {
    covers: [
      'network/network-options.ts#proxy',
      'network/network-options.ts#url',
      'network/network-options.ts#user',
      'network/network-options.ts#password',
    ],
    async run(secret, show) {
      await using proxy = await tcpServer((s, request) => void s.end(echo('407 P', request)))
      for (const transport of [undefined, undiciTransport()])
        for (const baseUrl of ['https://remote.test', 'http://remote.test'])
          for (const given of [
            `http://me:${secret('userinfo')}@127.0.0.1:${proxy.port}`,
            { url: proxy.url, user: 'me', password: new Secret(secret('password')) },
            `http://me:${secret('closed')}@127.0.0.1:9`,
          ]) {
            const client = http({
              name: 'site',
              baseUrl,
              plaintext: true,
              proxy: given,
              ports: { clock: hasty },
              ...(transport && { transport }),
            })
            show(client, await client.query({ name: 'get', path: '/' }).call())
            client.close()
          }
      for (const proxyUrl of [`socks://me:${secret('scheme')}@p.test`, `http://me:${secret('space')}@ `])
        try {
          http({ name: 'site', baseUrl: 'https://a.test', proxy: proxyUrl })
        } catch (thrown) {
          show(thrown)
        }
    },
  },
}
