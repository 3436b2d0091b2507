import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { wireFaults } from '../../src/testing/index.js'
import type { Streaming } from '../../src/client/wire.js'
import { httpServer } from '../support/loopback.js'
import { made, sha256, until } from '../support/streams.js'
import { opened, posting, TRANSPORTS, wire } from './support.js'

const MIB = 1024 * 1024

const streamOf = async (given: Promise<unknown>): Promise<Readable> => {
  const exchange = (await given) as Streaming
  expect(exchange.as).toBe('streaming')
  return exchange.stream
}

const whole = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray())

/** Lets whatever can happen by now happen. */
const turns = async (n = 50): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(TRANSPORTS)('over %s', (_, factory) => {
  describe('an answer as a stream', () => {
    test('comes as it is, encoded where it is, and its connection serves the next', async () => {
      await using server = await wireFaults({
        otherwise: { as: 'answer', answer: { headers: { 'content-encoding': 'gzip' }, body: 'not undone' } },
      })
      await using transport = opened(factory)
      for (let i = 0; i < 3; i++) {
        const stream = await streamOf(transport.open(wire(server.url)))
        expect(String(await whole(stream))).toBe('not undone')
        await turns()
      }
      expect(server.connections).toBe(1)
    })

    test('of 32 MiB is not read ahead of its reader', async () => {
      const source = made(32 * MIB)
      await using server = await httpServer((_req, res) => void source.pipe(res))
      await using transport = opened(factory)
      const stream = await streamOf(transport.open(wire(server.url)))
      await turns(300)
      // The kernel's buffers of both sides.
      expect(source.given).toBeLessThan(14 * MIB)
      expect(sha256(await whole(stream))).toBe(source.sha256)
    })

    test.each([
      ['broken off', { as: 'cut', in: 'body', bytes: 3 }],
      ['reset', { as: 'cut', in: 'body', bytes: 3, by: 'reset' }],
      ['in chunks that are none', { as: 'bad-chunk' }],
      ['of another length', { as: 'wrong-length', by: 9 }],
    ] as const)('%s breaks its stream', async (__, fault) => {
      await using server = await wireFaults({ otherwise: fault })
      await using transport = opened(factory)
      const stream = await streamOf(transport.open(wire(server.url)))
      await expect(whole(stream)).rejects.toThrow()
      expect(server.received).toHaveLength(1)
    })

    test('that is destroyed closes its connection, and that of no other', async () => {
      let closed = 0
      await using server = await httpServer((_req, res) => {
        res.on('close', () => closed++)
        res.writeHead(200).write('abc')
      })
      await using transport = opened(factory)
      const stream = await streamOf(transport.open(wire(server.url)))
      const other = await streamOf(transport.open(wire(server.url)))
      stream.destroy()
      await until(() => closed === 1)
      await turns()
      expect([closed, other.destroyed]).toEqual([1, false])
      other.destroy()
      await until(() => closed === 2)
    })

    test('ends with the signal', async () => {
      await using server = await httpServer((_req, res) => void res.writeHead(200).write('abc'))
      await using transport = opened(factory)
      const giving = new AbortController()
      const stream = await streamOf(transport.open(wire(server.url, { signal: giving.signal })))
      stream.on('error', () => {})
      const closed = new Promise((resolve) => stream.once('close', resolve))
      giving.abort()
      await closed
      expect(stream.readableEnded).toBe(false)
    })

    test.each([404, 302, 503, 429])('of %i is read to its end, and frees its connection', async (status) => {
      await using server = await wireFaults({ otherwise: { as: 'answer', answer: { status, body: 'why' } } })
      await using transport = opened(factory, {
        connections: { perHost: 1, maxAgeMs: 60_000, idleMs: 4_000 },
      })
      for (let i = 0; i < 3; i++)
        expect(await transport.open(wire(server.url))).toMatchObject({
          as: 'answered',
          status,
          body: Buffer.from('why'),
        })
      expect([server.received.length, server.connections]).toEqual([3, 1])
    })

    test('that was never begun is asked for once more', async () => {
      await using server = await wireFaults({ script: [{ as: 'reset' }] })
      await using transport = opened(factory)
      expect(String(await whole(await streamOf(transport.open(wire(server.url)))))).toBe('{"ok":true}')
      expect(server.received).toHaveLength(2)
    })
  })

  describe('a body that is a stream', () => {
    test.each([
      ['with its length', { 'content-length': String(3 * MIB + 1) }],
      ['in chunks', {}],
    ])('%s comes whole', async (__, headers) => {
      const got: string[] = []
      await using server = await httpServer((req, res) => {
        const pieces: Buffer[] = []
        req.on('data', (piece: Buffer) => pieces.push(piece))
        req.on('end', () => {
          got.push(sha256(Buffer.concat(pieces)), req.headers['transfer-encoding'] ?? 'length')
          res.end()
        })
      })
      await using transport = opened(factory)
      const body = made(3 * MIB + 1)
      await transport.send(posting(server.url, 'idempotent', body, { headers }))
      expect(got).toEqual([body.sha256, 'content-length' in headers ? 'length' : 'chunked'])
    })

    test('waits for a receiver that takes nothing', async () => {
      await using server = await wireFaults({ otherwise: { as: 'stall' } })
      await using transport = opened(factory)
      const giving = new AbortController()
      const body = made(64 * MIB)
      const sent = transport.send(posting(server.url, 'keyed', body, { signal: giving.signal }))
      await until(() => server.received.length === 1)
      await turns(300)
      expect(body.given).toBeLessThan(14 * MIB)
      giving.abort()
      expect(await sent).toEqual({ as: 'timed-out', sent: true })
      body.destroy()
    })

    test('that is answered before it was taken: the answer counts, and the connection is not used again', async () => {
      await using server = await httpServer((req, res) => {
        if (req.method === 'GET') res.end('fresh')
        else res.writeHead(413).end('too much')
      })
      await using transport = opened(factory, {
        connections: { perHost: 1, maxAgeMs: 60_000, idleMs: 4_000 },
      })
      const body = made(64 * MIB)
      expect(await transport.send(posting(server.url, 'keyed', body))).toMatchObject({
        as: 'answered',
        status: 413,
        body: Buffer.from('too much'),
      })
      expect(body.given).toBeLessThan(64 * MIB)
      expect(await transport.send(wire(server.url))).toMatchObject({ body: Buffer.from('fresh') })
      body.destroy()
    })

    test('that breaks: the receiver gets no whole body', async () => {
      let broken = 0
      await using server = await httpServer((req) => void req.on('error', () => broken++).resume())
      await using transport = opened(factory)
      const body = new Readable({ read() {} })
      body.push('abc')
      const sent = transport.send(posting(server.url, 'keyed', body))
      await turns()
      body.destroy(new Error('EIO'))
      expect(await sent).toMatchObject({ as: 'lost' })
      await until(() => broken === 1)
    })

    test('after a 503 to a stream, one connection is enough for the next', async () => {
      await using server = await wireFaults({
        script: [{ as: 'early', answer: { status: 503, headers: { 'retry-after': '1' } } }],
      })
      await using transport = opened(factory, {
        connections: { perHost: 1, maxAgeMs: 60_000, idleMs: 4_000 },
      })
      const body = made(MIB)
      expect(await transport.send(posting(server.url, 'keyed', body))).toMatchObject({ status: 503 })
      expect(await transport.send(posting(server.url, 'keyed', made(MIB)))).toMatchObject({ status: 200 })
      expect(server.received.map((r) => r.whole).at(-1)).toBe(true)
    })
  })
})
