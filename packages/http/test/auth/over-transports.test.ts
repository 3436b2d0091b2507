import { createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock, type Clock } from '@xconnector/core'
import { bytes, clientCredentials, hmac, http, json, type HttpOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { httpServer } from '../support/loopback.js'
import { oauthServer } from '../support/oauth-server.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() }
const macOf = (what: string): string => createHmac('sha256', 'key-1').update(what).digest('hex')

const TRANSPORTS: readonly (readonly [string, () => Partial<HttpOptions>])[] = [
  ['node:http', () => ({})],
  ['undici', () => ({ transport: undiciTransport() })],
]

describe.each(TRANSPORTS)('over %s', (_, transport) => {
  const setUp = async () => {
    const server = await oauthServer({ expiresIn: 3600 })
    const auth = clientCredentials({
      tokenEndpoint: `${server.url}/token`,
      client: { id: 'c1', secret: 's3cret' },
    })
    const client = http({ name: 'api', baseUrl: server.url, auth, ports: { clock: hasty }, ...transport() })
    closing.push(
      () => client.close(),
      () => server[Symbol.asyncDispose](),
    )
    return { server, client }
  }

  const bodies = ['a body', 'an upload', 'a download'] as const

  test.each(bodies)('a token is asked for, and renewed after a 401: %s', async (which) => {
    const { server, client } = await setUp()
    const common = { method: 'PUT', path: '/', effect: 'unsafe' } as const
    const put = client.target({ name: 'put', ...common, body: json<string>() })
    const upload = client.target({
      name: 'upload',
      ...common,
      body: bytes((data: string) => ({
        stream: Readable.from([Buffer.from(data)], { objectMode: false }),
        length: data.length,
      })),
    })
    const download = client.download({ name: 'download', path: '/' })
    const use = async (): Promise<unknown> => {
      if (which === 'a download') return text((await download.run()).body)
      return which === 'a body' ? put.run('data') : upload.run('data')
    }
    await use()
    server.good.clear()
    await use()
    const body = { 'a body': '"data"', 'an upload': 'data', 'a download': '' }[which]
    expect(server.called).toEqual([
      { token: 'at-1-secret', status: 200, body },
      { token: 'at-1-secret', status: 401, body },
      { token: 'at-2-secret', status: 200, body },
    ])
    expect(server.asked).toHaveLength(2)
  })

  test('a signature is made anew for the quick retry', async () => {
    let now = 1_700_000_000_000
    const clock: Clock = {
      ...systemClock,
      now: () => now,
      sleep() {
        now += 1_000
        return Promise.resolve()
      },
    }
    const seen: unknown[] = []
    const server = await httpServer((req, res) => {
      seen.push(req.headers['s'])
      res.writeHead(seen.length === 1 ? 503 : 200).end('{}')
    })
    const auth = hmac({ key: 'key-1', header: 's', sign: '{timestamp}' })
    const client = http({ name: 'api', baseUrl: server.url, auth, ports: { clock }, ...transport() })
    closing.push(
      () => client.close(),
      () => server[Symbol.asyncDispose](),
    )
    await client.query({ name: 'q', path: '/' }).run()
    expect(seen).toEqual([macOf('1700000000'), macOf('1700000001')])
  })

  test('a redirect is a part of its sending: a 401 behind it is mended too', async () => {
    const tokens = await oauthServer()
    const seen: unknown[] = []
    const server = await httpServer((req, res) => {
      seen.push([req.url, req.headers.authorization])
      if (req.url === '/a') res.writeHead(302, { location: '/b' }).end()
      else res.writeHead(req.headers.authorization === 'Bearer at-2-secret' ? 200 : 401).end('{}')
    })
    const auth = clientCredentials({
      tokenEndpoint: `${tokens.url}/token`,
      client: { id: 'c1', secret: 's3cret' },
    })
    const client = http({ name: 'api', baseUrl: server.url, auth, redirects: { max: 1 }, ...transport() })
    closing.push(
      () => client.close(),
      () => server[Symbol.asyncDispose](),
      () => tokens[Symbol.asyncDispose](),
    )
    expect(await client.query({ name: 'q', path: '/a' }).call()).toMatchObject({ _tag: 'Right' })
    expect(seen).toEqual([
      ['/a', 'Bearer at-1-secret'],
      ['/b', 'Bearer at-1-secret'],
      ['/a', 'Bearer at-2-secret'],
      ['/b', 'Bearer at-2-secret'],
    ])
  })

  test('a token request follows no redirect, even where reads do', async () => {
    const tokens = await oauthServer()
    const server = await httpServer((_req, res) => {
      res.writeHead(307, { location: `${tokens.url}/.well-known/openid-configuration` }).end()
    })
    const auth = clientCredentials({ issuer: server.url, client: { id: 'c1', secret: 's3cret' } })
    const quiet = { debug() {}, info() {}, warn() {}, error() {} }
    const client = http({
      name: 'api',
      baseUrl: tokens.url,
      auth,
      redirects: { max: 1 },
      ports: { log: quiet },
      ...transport(),
    })
    closing.push(
      () => client.close(),
      () => server[Symbol.asyncDispose](),
      () => tokens[Symbol.asyncDispose](),
    )
    expect(await client.query({ name: 'q', path: '/a' }).call()).toMatchObject({
      left: { cause: { _tag: 'TokenFailed', step: 'discovery', status: 307 } },
    })
    expect(tokens.asked).toEqual([])
  })
})
