import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { HttpResponse, http as msw } from 'msw'
import { setupServer } from 'msw/node'
import { MockAgent } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { http, json } from '../../src/index.js'
import { overNodeHttp } from '../../src/testing/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { loadUndici } from '../../src/undici/load-undici.js'
import { nodeTransport } from '../../src/transport/node-transport.js'
import type { Streaming } from '../../src/client/wire.js'
import { opened, posting, wire } from './support.js'

const SITE = 'https://site.test'
const bodies: Buffer[] = []
const server = setupServer(
  msw.get(`${SITE}/things`, () => HttpResponse.json({ n: 1 }, { headers: { 'x-a': '1' } })),
  msw.post(`${SITE}/things`, async ({ request }) => {
    bodies.push(Buffer.from(await request.arrayBuffer()))
    return HttpResponse.json({ length: bodies.at(-1)!.length }, { status: 201 })
  }),
  msw.get(
    `${SITE}/gzip`,
    () => new HttpResponse(gzipSync('plain'), { headers: { 'content-encoding': 'gzip' } }),
  ),
  msw.get(`${SITE}/broken`, () => HttpResponse.error()),
  msw.get(`${SITE}/never`, () => new Promise<never>(() => {})),
)

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())

describe.each([
  ['node:http', nodeTransport],
  ['undici with overNodeHttp', undiciTransport({ dispatcher: overNodeHttp() })],
] as const)("msw's setupServer and %s", (_, factory) => {
  test('answers, and takes bodies byte by byte', async () => {
    await using transport = opened(factory)
    expect(await transport.send(wire(SITE))).toMatchObject({
      as: 'answered',
      status: 200,
      headers: { 'x-a': '1' },
      body: Buffer.from('{"n":1}'),
    })
    const all = Buffer.from(Array.from({ length: 256 }, (__, i) => i))
    for (const body of [all, Buffer.alloc(100_000, 200), Readable.from([all, all])])
      expect(await transport.send(posting(SITE, 'keyed', body))).toMatchObject({ status: 201 })
    expect(bodies.splice(0)).toEqual([all, Buffer.alloc(100_000, 200), Buffer.concat([all, all])])
    expect(await transport.send(wire(SITE, { url: '/gzip' }))).toMatchObject({ body: Buffer.from('plain') })
  })

  test('answers with a stream', async () => {
    await using transport = opened(factory)
    const { stream } = (await transport.open(wire(SITE))) as Streaming
    expect(String(Buffer.concat(await stream.toArray()))).toBe('{"n":1}')
  })

  test('breaks a connection, which may have been read', async () => {
    await using transport = opened(factory)
    expect(await transport.send(wire(SITE, { url: '/broken' }))).toMatchObject({ as: 'lost' })
  })

  test('is given up with the signal', async () => {
    await using transport = opened(factory)
    const giving = new AbortController()
    const sent = transport.send(wire(SITE, { url: '/never', signal: giving.signal }))
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    giving.abort()
    expect(await sent).toMatchObject({ as: 'timed-out' })
  })
})

test("undici's own MockAgent can be the dispatcher", async () => {
  const agent = new MockAgent()
  agent.disableNetConnect()
  agent
    .get(SITE)
    .intercept({ path: '/things', method: 'POST' })
    .reply(200, (request) => ({ got: String(request.body as Buffer) }), {
      headers: { 'content-type': 'application/json' },
    })
  const client = http({ name: 'site', baseUrl: SITE, transport: undiciTransport({ dispatcher: agent }) })
  const post = client.target({
    name: 'post',
    method: 'POST',
    path: '/things',
    effect: 'keyed',
    body: json<{ n: number }>(),
    response: z.object({ got: z.string() }),
  })
  expect(await post.run({ n: 1 })).toEqual({ got: '{"n":1}' })
  client.close()
  await agent.close()
})

describe('options that make no sense', () => {
  test.each([
    [{ transport: {} as never }, /transport: expected what undiciTransport\(\) gives, got object/],
    [
      { connections: { perHost: 0 } },
      /connections\.perHost: expected a number of connections, 1 or more, got 0/,
    ],
    [{ connections: { perHost: 1.5 } }, /connections\.perHost/],
    [{ connections: { maxAge: 'soon' as never } }, /connections\.maxAge/],
    [{ connections: { idle: '0s' as const } }, /connections\.idle: expected more than 0/],
    [{ maxExpansion: 0 }, /maxExpansion: expected a number of times, 1 or more, got 0/],
    [{ maxExpansion: NaN }, /maxExpansion/],
    [{ transport: nodeTransport, axios: {} as never }, /expected one of axios and transport, got both/],
  ])('%o', (options, message) => {
    expect(() => http({ name: 'site', baseUrl: SITE, ...options })).toThrow(message)
  })

  test('undici that is not installed: the package is named when it is needed', async () => {
    const missing = loadUndici(() => Promise.reject(new Error('ERR_MODULE_NOT_FOUND')))
    await expect(missing).rejects.toThrow(/needs undici 7\.16 or later: npm install undici/)
  })

  test('a dispatcher that is none', () => {
    expect(() => undiciTransport({ dispatcher: {} as never })).toThrow(
      /expected an undici Dispatcher, got object/,
    )
    // @ts-expect-error nor is a URL
    expect(() => undiciTransport({ dispatcher: 'http://proxy.test' })).toThrow(/got string/)
  })
})
