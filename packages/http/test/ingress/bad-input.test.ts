import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ingress, standardWebhooks, type Ingress } from '../../src/index.js'
import { fakeIntake, type FakeIntake } from '../support/fake-intake.js'
import { httpServer, opened, raw, send, type Loopback } from '../support/loopback.js'
import { manualClock, type ManualClock } from '../support/manual-clock.js'
import { NOW, SECRET, signed } from '../support/signed.js'

const GOOD = '{"id":1}'
const MAX = 2048

let hooks: Ingress
let intake: FakeIntake
let clock: ManualClock
let server: Loopback

beforeEach(async () => {
  clock = manualClock(NOW)
  hooks = ingress({ maxBytes: MAX })
  intake = fakeIntake({ clock })
  await hooks
    .webhook({ path: '/o', body: z.unknown(), verify: standardWebhooks({ secret: SECRET }) })
    .start(intake)
  server = await httpServer(hooks.node)
})

afterEach(async () => {
  // Whatever was sent, the next good request is taken, and only that.
  const before = intake.got.length
  const answer = await send(`${server.url}/o`, { headers: signed(GOOD, { id: 'msg_after' }), body: GOOD })
  expect([answer.status, before]).toEqual([202, 0])
  await server[Symbol.asyncDispose]()
})

const big = JSON.stringify('x'.repeat(MAX))
const deep = '['.repeat(900) + ']'.repeat(900)

interface Bad {
  readonly what: string
  readonly status: number
  readonly method?: string
  readonly path?: string
  readonly body?: string | Buffer
  readonly headers?: Record<string, string>
}

const TABLE: readonly Bad[] = [
  { what: 'another path', status: 404, path: '/other' },
  { what: 'a path that only begins so', status: 404, path: '/o/x' },
  { what: 'another method', status: 405, method: 'PUT' },
  { what: 'a GET', status: 405, method: 'GET', body: '' },
  { what: 'a declared size over the limit', status: 413, body: big, headers: signed(big) },
  { what: 'no signature', status: 401, headers: { 'content-type': 'application/json' } },
  { what: 'a signature of another body', status: 401, headers: signed('{"id":2}') },
  {
    what: 'a signature by another secret',
    status: 401,
    headers: signed(GOOD, { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }),
  },
  { what: 'a timestamp of six minutes ago', status: 401, headers: signed(GOOD, { at: NOW - 360_000 }) },
  { what: 'a timestamp six minutes ahead', status: 401, headers: signed(GOOD, { at: NOW + 360_000 }) },
  {
    what: 'a timestamp with a tail',
    status: 401,
    headers: { ...signed(GOOD), 'webhook-timestamp': '1700000000abc' },
  },
  { what: 'an empty signature', status: 401, headers: { ...signed(GOOD), 'webhook-signature': '' } },
  {
    what: 'a signature that is noise',
    status: 401,
    headers: { ...signed(GOOD), 'webhook-signature': 'v1,\u00e4 v1' },
  },
  { what: 'text/plain', status: 415, headers: { ...signed(GOOD), 'content-type': 'text/plain' } },
  { what: 'no content type', status: 415, headers: { ...signed(GOOD), 'content-type': '' } },
  {
    what: 'JSON in latin1',
    status: 415,
    headers: { ...signed(GOOD), 'content-type': 'application/json; charset=latin1' },
  },
  { what: 'a gzipped body', status: 415, headers: { ...signed(GOOD), 'content-encoding': 'gzip' } },
  { what: 'an empty body', status: 400, body: '', headers: signed('') },
  { what: 'half a JSON', status: 400, body: '{"id":', headers: signed('{"id":') },
  { what: 'JSON with a tail', status: 400, body: '{} {}', headers: signed('{} {}') },
  {
    what: 'bytes that are no UTF-8',
    status: 400,
    body: Buffer.from([0x22, 0xff, 0x22]),
    headers: signed(Buffer.from([0x22, 0xff, 0x22])),
  },
]

describe('bad input is answered, and nothing of it is stored', () => {
  test.each(TABLE)(
    '$what: $status',
    async ({ status, method = 'POST', path = '/o', body = GOOD, headers }) => {
      const answer = await send(`${server.url}${path}`, { method, headers: headers ?? signed(GOOD), body })
      expect(answer.status).toBe(status)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(JSON.parse(answer.text)).toMatchObject({ type: 'about:blank', status })
    },
  )

  test('a 405 names the methods that there are', async () => {
    const answer = await send(`${server.url}/o`, { method: 'PATCH', headers: {}, body: '' })
    expect(answer.headers.allow).toBe('POST')
  })

  test('a 401 does not say why', async () => {
    const [none, wrong, old] = await Promise.all([
      send(`${server.url}/o`, { headers: { 'content-type': 'application/json' }, body: GOOD }),
      send(`${server.url}/o`, { headers: signed('{}'), body: GOOD }),
      send(`${server.url}/o`, { headers: signed(GOOD, { at: 0 }), body: GOOD }),
    ])
    expect(new Set([none.text, wrong.text, old.text]).size).toBe(1)
    expect(none.headers['www-authenticate']).toBe('standard-webhooks')
    expect(intake.said.map((s) => (s.data as { reason: string }).reason).sort()).toEqual([
      'mismatch',
      'missing',
      'stale',
    ])
  })

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('a repeated %s: 400', async (name) => {
    const good = signed(GOOD)
    const headers = { ...good, [name]: [good[name]!, good[name]!] }
    expect((await send(`${server.url}/o`, { headers, body: GOOD })).status).toBe(400)
  })

  test('a body that turns out too large on the way: 413, though the sender is still sending', async () => {
    const head = 'POST /o HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n'
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`
    const answer = await raw(server.port, head, chunk, chunk, chunk, chunk, '0\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer.toLowerCase()).toContain('connection: close')
  })

  test('a sender that looks for the answer only after all was sent still finds it', async () => {
    const size = 1024 * 1024
    const socket = await opened(server.port, `POST /o HTTP/1.1\r\nhost: x\r\ncontent-length: ${size}\r\n\r\n`)
    socket.pause()
    for (let sent = 0; sent < size; sent += 65_536) await written(socket, Buffer.alloc(65_536, 0x20))
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    expect(text).toMatch(/^HTTP\/1\.1 413 /)
  })

  test.each([
    ['a malformed content-length', 'POST /o HTTP/1.1\r\nhost: x\r\ncontent-length: 1x\r\n\r\n{'],
    ['a negative content-length', 'POST /o HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n{'],
    [
      'two content-lengths',
      'POST /o HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
    ],
    [
      'a length beside chunks',
      'POST /o HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['noise', 'POTATO\r\n\r\n'],
    ['more header bytes than Node takes', `POST /o HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`],
  ])('%s is refused', async (_, text) => {
    expect(await raw(server.port, text)).toMatch(/^HTTP\/1\.1 4(00|31) /)
  })

  test('a flood of small headers: 431', async () => {
    const flood = Array.from({ length: 400 }, (_, i) => `a${i}: b\r\n`).join('')
    const answer = await raw(server.port, `POST /o HTTP/1.1\r\nhost: x\r\n${flood}connection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('a sender that leaves before the end: nothing is stored, nothing is left over', async () => {
    const socket = await opened(
      server.port,
      'POST /o HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"id"',
    )
    await until(() => clock.pending === 1)
    socket.destroy()
    await until(() => clock.pending === 0)
    expect(intake.said).toEqual([
      { level: 'debug', message: 'the sender of a request left', data: { source: '/o' } },
    ])
  })

  test('a body that does not come in time: 408', async () => {
    const answer = raw(server.port, 'POST /o HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"id"')
    await until(() => clock.pending === 1)
    clock.advance(9_999)
    expect(clock.pending).toBe(1)
    clock.advance(1)
    clock.advance(1_000)
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('JSON that is nested too deep is refused', async () => {
    const answer = await send(`${server.url}/o`, { headers: signed(deep, { id: 'msg_deep' }), body: deep })
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('at most 500')])
    expect(intake.got).toEqual([])
  })
})

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

// After the write some turns pass, in which an answer, or a reset, comes back.
const written = async (socket: Socket, bytes: Buffer): Promise<void> => {
  await new Promise<void>((resolve, reject) => socket.write(bytes, (e) => (e ? reject(e) : resolve())))
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}
