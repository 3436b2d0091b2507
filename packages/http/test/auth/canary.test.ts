import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { failureToJson, isFailure, Secret, systemClock, type Clock } from '@xconnector/core'
import {
  all,
  apiKey,
  basic,
  bytes,
  clientCredentials,
  hmac,
  http,
  json,
  memoryTokens,
  refreshToken,
  type Auth,
} from '../../src/index.js'
import { tcpServer } from '../support/loopback.js'
import { oauthServer } from '../support/oauth-server.js'

// Each kind of credential, driven through each way that a call can fail: none of its texts may be seen anywhere.

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() }
// Signatures and the base64 of basic credentials are credentials too.
const SEEN = /pl4nted|-secret\b|\b[0-9a-f]{64}\b|bWU6cGw0bnRlZ/

type Make = (tokenEndpoint: string) => Auth
const client = { id: 'c1', secret: new Secret('pl4nted-client-secret') }

const AUTHS: readonly (readonly [string, Make])[] = [
  ['basic', () => basic({ user: 'me', password: 'pl4nted-password "x"' })],
  ['an API key in the query', () => apiKey({ in: 'query', parameter: 'k', key: 'pl4nted key/+"' })],
  ['hmac', () => hmac({ key: 'pl4nted-hmac-key', header: 's', sign: '{body}', streams: { bodyHash: 'x' } })],
  [
    'a key and a signature',
    () =>
      all(
        apiKey({ header: 'x-key', key: 'pl4nted-key' }),
        hmac({ key: 'pl4nted-hmac-key', header: 's', sign: '{header:x-key}' }),
      ),
  ],
  ['client credentials', (tokenEndpoint) => clientCredentials({ tokenEndpoint, client })],
  [
    'a refresh token',
    (tokenEndpoint) =>
      refreshToken({ tokenEndpoint, client, refreshToken: 'rt-0-secret', store: memoryTokens() }),
  ],
]

const echo = (status: string, request: string): string => {
  const body = JSON.stringify({ error: request, again: encodeURIComponent(request) }) + request
  return `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nlocation: ${request.split(' ')[1]}\r\nx-request-id: ${request.split(' ')[1]}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

const FAULTS: readonly (readonly [string, (socket: Socket, request: string) => void])[] = [
  ...['302 F', '400 B', '401 U', '403 F', '409 C', '412 P', '429 T', '500 I', '503 U'].map(
    (status) => [status, (s: Socket, request: string) => void s.end(echo(status, request))] as const,
  ),
  ['reset', (s) => s.resetAndDestroy()],
  ['cut', (s) => void s.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{')],
]

describe.each(AUTHS)('%s', (_, make) => {
  test.each(FAULTS)('%s', async (_, fault) => {
    const tokens = await oauthServer({ rotates: true })
    tokens.refresh.add('rt-0-secret')
    const server = await tcpServer(fault)
    const auth = make(`${tokens.url}/token`)
    const said: unknown[] = []
    const say = (...given: unknown[]): void => void said.push(given)
    const api = http({
      name: 'api',
      baseUrl: server.url,
      auth,
      ports: { clock: hasty, log: { debug: say, info: say, warn: say, error: say } },
    })
    closing.push(
      () => api.close(),
      () => server[Symbol.asyncDispose](),
      () => tokens[Symbol.asyncDispose](),
    )
    const common = { method: 'POST', path: '/things' } as const
    const results = [
      await api.target({ name: 'unsafe', ...common, body: json<object>(), effect: 'unsafe' }).call({ n: 1 }),
      await api.target({ name: 'keyed', ...common, body: json<object>(), effect: 'keyed' }).call({ n: 1 }),
      await api.query({ name: 'query', path: '/things', query: { q: '1' } }).call(),
      await api.download({ name: 'download', path: '/things' }).call(),
      await api
        .target({
          name: 'upload',
          ...common,
          effect: 'unsafe',
          body: bytes(() => ({
            stream: Readable.from([Buffer.from('x')], { objectMode: false }),
            length: 1,
          })),
        })
        .call(undefined),
    ]
    expect(server.requests.length).toBeGreaterThan(4)
    const shown: string[] = [
      inspect([said, auth, api], { depth: 12, showHidden: true }),
      JSON.stringify(said),
    ]
    for (const result of results)
      for (let at: unknown = result._tag === 'Left' ? result.left : undefined; at !== undefined;) {
        shown.push(
          inspect(at, { depth: 12, showHidden: true }),
          JSON.stringify(at),
          String((at as Error).stack),
        )
        if (isFailure(at)) shown.push(JSON.stringify(failureToJson(at)))
        at = (at as Error).cause
      }
    expect(results.some((r) => r._tag === 'Left')).toBe(true)
    expect(shown.join('\n')).not.toMatch(SEEN)
  })
})
