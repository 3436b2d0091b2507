import { pipeline } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import { http, type HttpOptions } from '../../src/index.js'
import { httpServer } from '../support/loopback.js'
import { made, sha256, until } from '../support/streams.js'
import { cutAfter, fileServer, serve, type Deed } from './files.js'
import { opened, read, type Given } from './opened.js'

const MIB = 1024 * 1024
const file = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 251))

describe('a download that breaks off', () => {
  test('goes on where it broke off, again and again, and its reader notices nothing', async () => {
    await using server = await fileServer(
      serve({ file, cut: 4000 }),
      serve({ file, cut: 1000 }),
      serve({ file, cut: 0 }),
      serve({ file }),
    )
    const { body, clock, client, status, size } = await opened(server.url)
    expect(await read(body, clock)).toEqual(file)
    expect([status, size]).toEqual([200, 10_000])
    expect(server.asked).toEqual([
      { range: undefined, ifRange: undefined },
      { range: 'bytes=4000-', ifRange: '"v1"' },
      { range: 'bytes=5000-', ifRange: '"v1"' },
      { range: 'bytes=5000-', ifRange: '"v1"' },
    ])
    client.close()
  })

  test('of a part goes on within the part', async () => {
    await using server = await fileServer(serve({ file, cut: 100 }), serve({ file }))
    const { body, clock, client, status } = await opened(server.url, {
      headers: { range: 'bytes=2000-2999' },
    })
    expect(status).toBe(206)
    expect(await read(body, clock)).toEqual(file.subarray(2000, 3000))
    expect(server.asked.map((a) => a.range)).toEqual(['bytes=2000-2999', 'bytes=2100-2999'])
    client.close()
  })

  test('goes on by its Last-Modified where that is a minute older than its Date', async () => {
    const headers = { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' }
    await using server = await fileServer(serve({ file, headers, cut: 10 }), serve({ file, headers }))
    const { body, clock, client } = await opened(server.url)
    expect(await read(body, clock)).toEqual(file)
    expect(server.asked[1]).toEqual({ range: 'bytes=10-', ifRange: headers['last-modified'] })
    client.close()
  })

  test('before its first byte is asked for as a whole or by its range, and both will do', async () => {
    const whole: Deed = (_, res) =>
      void res.writeHead(200, { etag: '"v1"', 'content-length': 10_000 }).end(file)
    for (const second of [serve({ file }), whole]) {
      await using server = await fileServer(serve({ file, cut: 0 }), second)
      const { body, clock, client } = await opened(server.url)
      expect(await read(body, clock)).toEqual(file)
      client.close()
    }
  })

  test('without a length goes on too; a 416 at its end is its end', async () => {
    await using server = await fileServer(
      serve({ file, chunked: true, cut: 10_000 }),
      serve({ file, chunked: true }),
    )
    const { body, clock, client } = await opened(server.url)
    expect(await read(body, clock)).toEqual(file)
    expect(server.asked[1]!.range).toBe('bytes=10000-')
    client.close()
  })

  test('goes on although the remote sends less than was asked for', async () => {
    const some: Deed = (req, res) => {
      const first = Number(/^bytes=(\d+)-/.exec(req.headers.range!)![1])
      const last = Math.min(first + 2999, 9999)
      res.writeHead(206, { etag: '"v1"', 'content-range': `bytes ${first}-${last}/10000` })
      res.end(file.subarray(first, last + 1))
    }
    await using server = await fileServer(serve({ file, cut: 2000 }), some)
    const { body, clock, client } = await opened(server.url)
    expect(await read(body, clock)).toEqual(file)
    expect(server.asked.map((a) => a.range)).toEqual([undefined, 'bytes=2000-', 'bytes=5000-', 'bytes=8000-'])
    client.close()
  })

  test('waits out what the remote says when it is asked again', async () => {
    await using server = await fileServer(
      serve({ file, cut: 5000 }),
      (_, res) => void res.writeHead(503, { 'retry-after': '7' }).end(),
      serve({ file }),
    )
    const { body, clock, client } = await opened(server.url)
    const begun = clock.now()
    expect(await read(body, clock)).toEqual(file)
    expect(clock.now() - begun).toBeGreaterThanOrEqual(7000)
    client.close()
  })

  test('that stands still goes on by another connection', async () => {
    const still: Deed = (_, res) => {
      res.writeHead(200, { etag: '"v1"', 'content-length': 10_000 })
      res.write(file.subarray(0, 3000))
    }
    await using server = await fileServer(still, serve({ file }))
    const { body, clock, client } = await opened(server.url, {}, { timeout: '2s' })
    expect(await read(body, clock)).toEqual(file)
    expect(server.asked[1]!.range).toBe('bytes=3000-')
    client.close()
  })

  test('of 32 MiB comes whole, in flat memory, though it is cut every few MiB', async () => {
    const size = 32 * MIB
    const expected = made(size)
    for await (const _ of expected);
    let given = 0
    let got = 0
    let ahead = 0
    await using server = await fileServer((req, res, n) => {
      const first = Number(/^bytes=(\d+)-/.exec(req.headers.range ?? '')?.[1] ?? 0)
      res.writeHead(n === 0 ? 200 : 206, {
        etag: '"big"',
        'content-length': size - first,
        ...(n > 0 && { 'content-range': `bytes ${first}-${size - 1}/${size}` }),
      })
      const cut = first + 7 * MIB + n
      const part = async function* (): AsyncGenerator<Buffer> {
        let at = 0
        for await (const piece of made(size) as AsyncIterable<Buffer>) {
          const from = Math.max(0, first - at)
          const to = Math.min(piece.length, cut - at)
          at += piece.length
          if (from >= piece.length) continue
          given += Math.max(0, to - from)
          ahead = Math.max(ahead, given - got)
          yield piece.subarray(from, to)
          if (at >= cut) throw new Error('cut')
        }
      }
      void pipeline(part, res).catch(() => {})
    })
    const { body, clock, client } = await opened(server.url, { expect: { sha256: expected.sha256, size } })
    body.on('data', (piece: Buffer) => (got += piece.length))
    expect(sha256(await read(body, clock))).toBe(expected.sha256)
    expect(server.asked.length).toBeGreaterThan(3)
    expect(ahead).toBeLessThan(16 * MIB)
    client.close()
  })
})

describe('a download does not go on', () => {
  const lost = async (
    deeds: readonly Deed[],
    given: Given = {},
    options: Partial<HttpOptions> = {},
  ): Promise<{ fault: { message: string }; asked: number }> => {
    await using server = await fileServer(...deeds)
    const { body, clock, client } = await opened(server.url, given, options)
    const fault: unknown = await read(body, clock).catch((thrown: unknown) => thrown)
    expect(fault).toMatchObject({ _tag: 'ConnectionLost', kind: 'transient', destination: 'cms' })
    client.close()
    return { fault: fault as { message: string }, asked: server.asked.length }
  }
  const etag = (value: string) => ({ headers: { etag: value } })
  const cut = serve({ file, cut: 4000 })
  const part =
    (range: string, headers: Record<string, string> = { etag: '"v1"' }): Deed =>
    (_, res) =>
      void res.writeHead(206, { ...headers, 'content-range': range }).end(file.subarray(4000))

  test.each<[string, Record<string, string>]>([
    ['a weak ETag', { etag: 'W/"v1"' }],
    ['a weak ETag and a date', { etag: 'W/"v1"', 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' }],
    ['no validator', {}],
    ['a Last-Modified of just now', { 'last-modified': new Date().toUTCString() }],
    ['no ranges', { etag: '"v1"', 'accept-ranges': 'none' }],
  ])('with %s', async (_, headers) => {
    expect((await lost([serve({ file, headers, cut: 4000 })])).asked).toBe(1)
  })

  test.each<[string, Deed, RegExp]>([
    ['a file that has changed', serve({ file, ...etag('"v2"') }), /the file has changed since/],
    [
      'the whole in place of the rest',
      (_, res) => void res.end(file),
      /the whole was answered, and not the rest/,
    ],
    ['another part', part('bytes 3000-9999/10000'), /another part was answered than the rest/],
    ['no part at all', part('bytes */10000'), /another part was answered than the rest/],
    ['a malformed range', part('bytes 4000-/10000'), /another part was answered than the rest/],
    ['another total', part('bytes 4000-9999/10001'), /the file has another length than before/],
    ['another ETag', part('bytes 4000-9999/10000', { etag: '"v2"' }), /the file has changed since/],
    [
      'an encoding',
      part('bytes 4000-9999/10000', { etag: '"v1"', 'content-encoding': 'gzip' }),
      /in an encoding that was not asked for/,
    ],
    ['404', (_, res) => void res.writeHead(404).end(), /it was answered with 404/],
    [
      '416 in the middle',
      (_, res) => void res.writeHead(416, { 'content-range': 'bytes */3999' }).end(),
      /it was answered with 416/,
    ],
  ])('when %s is answered', async (_, second, message) => {
    const { fault, asked } = await lost([cut, second])
    expect(fault.message).toMatch(message)
    expect(asked).toBe(2)
  })

  test('more often than it may', async () => {
    expect((await lost([serve({ file, cut: 10 })])).asked).toBe(6)
    expect((await lost([serve({ file, cut: 10 })], { resume: { most: 2 } })).asked).toBe(3)
    expect((await lost([serve({ file, cut: 10 })], { resume: false })).asked).toBe(1)
  })

  test('when the retry budget of its destination is used up', async () => {
    const destination = { retryBudget: { share: 0, perSecond: 0.2 } }
    expect((await lost([serve({ file, cut: 10 })], { resume: { most: 50 } }, { destination })).asked).toBe(3)
  })
})

describe('while a download waits to go on', () => {
  const waiting = async (how: { signal?: AbortSignal; deadlineIn?: number } = {}) => {
    const server = await fileServer(serve({ file, cut: 4000 }), serve({ file }))
    const all = await opened(server.url, {}, {}, how)
    let fault: unknown
    all.body.on('error', (error) => (fault = error)).resume()
    // Nothing but its one wait is left.
    await until(() => all.clock.pending > 0 && server.asked.length === 1 && all.body.readableLength === 0)
    return { ...all, server, fault: () => fault }
  }

  test('a reader who leaves ends it: nothing more is asked for, and no timer is left', async () => {
    const { body, clock, client, server } = await waiting()
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    body.destroy()
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(clock.pending).toBe(0)
    clock.advance(60_000)
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(server.asked).toHaveLength(1)
    client.close()
    await server[Symbol.asyncDispose]()
  })

  test('a caller who gives up ends it with his reason', async () => {
    const giving = new AbortController()
    const { body, client, server, fault } = await waiting({ signal: giving.signal })
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    giving.abort(new Error('enough'))
    await until(() => body.closed)
    expect(fault()).toMatchObject({ message: 'enough' })
    expect(server.asked).toHaveLength(1)
    client.close()
    await server[Symbol.asyncDispose]()
  })
})

test('the slot of the destination is held all the while, and given back once', async () => {
  await using server = await fileServer(serve({ file, cut: 4000 }), serve({ file }))
  const { body, clock, client } = await opened(server.url, {}, { destination: { concurrency: 1 } })
  const gate = client.destination.gate(clock)
  expect(gate.free()).toBe(0)
  await read(body, clock)
  await until(() => gate.free() === 1)
  expect(gate.parkedUntil()).toBe(0)
  client.close()
})

test('credentials go along with each part', async () => {
  const seen: unknown[] = []
  const whole = serve({ file })
  await using server = await httpServer((req, res) => {
    seen.push(req.headers.authorization)
    if (seen.length === 1) {
      res.writeHead(200, { etag: '"v1"', 'content-length': file.length })
      cutAfter(res, file.subarray(0, 5))
    } else whole(req, res, seen.length)
  })
  const { body, clock, client } = await opened(
    server.url,
    {},
    { headers: { authorization: 'Bearer x-token-x' } },
  )
  expect(await read(body, clock)).toEqual(file)
  expect(seen).toEqual(['Bearer x-token-x', 'Bearer x-token-x'])
  client.close()
})

test('nonsense is refused when it is declared', () => {
  const client = http({ name: 'cms', baseUrl: 'https://cms.test' })
  for (const most of [-1, 1.5, '3' as never])
    expect(() => client.download({ name: 'f', path: '/f', resume: { most } })).toThrow(
      /"f" of http "cms" resume\.most: expected a whole number/,
    )
})
