import type { Socket } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Secret, systemClock, type Clock } from '@xconnector/core'
import { apiKey, bearer, http, json, type Auth } from '../../src/index.js'
import { tcpServer } from '../support/loopback.js'

const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() }
const CANARY = {
  bearer: 'pl4nted-bearer-1f3870be274f6c49',
  key: 'pl4nted-key-"b3e3"-31a0618c26715',
  header: 'pl4nted-header-9d2a0c',
  query: 'pl4nted-query-8277e091 /+',
  body: 'pl4nted-body-0c83f57c786a0b4a',
} as const

const auths: readonly (readonly [string, Auth])[] = [
  ['bearer', bearer(new Secret(CANARY.bearer))],
  ['api key', apiKey({ header: 'x-key', key: CANARY.key })],
]

// An answer that echoes all of the request, as some frameworks do on errors.
const echo = (status: string, text: string): string => {
  const body = JSON.stringify({ error: 'no', echo: text, again: encodeURIComponent(text) }) + text
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nx-request-id: ${CANARY.header}\r\nlocation: https://x.test/a?token=${encodeURIComponent(CANARY.query)}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

const FAULTS: readonly (readonly [string, (socket: Socket, text: string) => void])[] = [
  ...['302 F', '400 B', '401 U', '403 F', '404 N', '409 C', '412 P', '422 U', '429 T', '500 I', '503 U'].map(
    (status) => [status, (s: Socket, text: string) => void s.end(echo(status, text))] as const,
  ),
  ['200 of another shape', (s, text) => void s.end(echo('200 OK', text))],
  ['reset', (s) => s.resetAndDestroy()],
  ['cut', (s) => void s.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{')],
  ['noise', (s) => void s.end('POTATO')],
]

describe.each(auths)('no secret stands in any failure: %s', (_, auth) => {
  test.each(FAULTS)('%s', async (_, fault) => {
    await using server = await tcpServer(fault)
    const client = http({
      name: 'site',
      baseUrl: server.url,
      auth,
      headers: { 'x-app-token': CANARY.header },
      ports: { clock: hasty },
      timeout: '5s',
    })
    const common = {
      method: 'POST',
      path: '/things',
      query: { access_token: CANARY.query },
      body: json<{ password: string; n: number }>(),
      response: z.object({ n: z.number() }),
    } as const
    const input = { password: CANARY.body, n: 1 }
    const results = [
      await client.target({ name: 'unsafe', ...common, effect: 'unsafe' }).call(input),
      await client.target({ name: 'keyed', ...common, effect: 'keyed' }).call(input),
      await client.query({ name: 'search', ...common }).call(input),
    ]
    // The request did carry them all.
    expect(server.requests[0]).toContain(CANARY.header)
    expect(server.requests[0]).toContain(CANARY.body)
    for (const result of results) {
      expect(result._tag).toBe('Left')
      const { left } = result as { left: Error & { cause?: unknown } }
      const all = [left, left.cause]
        .map((f) =>
          [
            inspect(f, { depth: 10, showHidden: true }),
            JSON.stringify(f),
            String(f),
            (f as Error | undefined)?.stack,
          ].join('\n'),
        )
        .join('\n')
      expect(all).not.toMatch(/pl4nted/)
      expect(all).not.toMatch(/axios/i)
    }
    client.close()
  })
})

test('credentials that are not to be had: nothing is sent, transient, and the reason stays behind', async () => {
  await using server = await tcpServer((socket) => socket.end())
  const failing = bearer(() => Promise.reject(new Error(`token endpoint said ${CANARY.bearer}`)))
  const client = http({ name: 'site', baseUrl: server.url, auth: failing })
  const result = await client.target({ name: 't', method: 'POST', path: '/', effect: 'unsafe' }).call()
  expect(result).toMatchObject({ left: { _tag: 'ConnectFailed', kind: 'transient', code: 'CREDENTIALS' } })
  expect(inspect(result, { depth: 10, showHidden: true })).not.toMatch(/pl4nted/)
  expect(server.requests).toEqual([])
})

test('a credential that a header cannot carry does not stand in the failure about it', async () => {
  const client = http({ name: 'site', baseUrl: 'http://127.0.0.1:1', auth: bearer(`${CANARY.bearer}\n`) })
  const result = await client.query({ name: 't', path: '/' }).call()
  expect(result).toMatchObject({ left: { code: 'CREDENTIALS' } })
  expect(inspect(result, { depth: 10, showHidden: true })).not.toMatch(/pl4nted/)
})
