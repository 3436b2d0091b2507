import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { HttpResponse, http as msw } from 'msw'
import { setupServer } from 'msw/node'
import { describe, expect, test } from 'vitest'
import { CallContext, silentLogger, systemClock, type Clock } from '@xconnector/core'
import { bytes, http, type HttpOptions } from '../../src/index.js'
import { httpServer } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { made, sha256, until } from '../support/streams.js'

const MIB = 1024 * 1024

const clientOf = (url: string, options: Partial<HttpOptions> = {}) => {
  const client = http({ name: 'cms', baseUrl: url, ...options })
  return {
    client,
    file: client.download({
      name: 'file',
      path: '/files/:id',
      headers: (f: { id: string; start?: number }) =>
        f.start === undefined ? {} : { range: `bytes=${f.start}-` },
    }),
    close: () => client.close(),
  }
}

const contextOn = (clock: Clock) =>
  new CallContext({ clock, ids: { next: () => 'id' }, log: silentLogger, config: {} }, 'test', 'x')

const whole = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray())

describe('a download', () => {
  test('is the whole answer with its body as a stream, its size and its type', async () => {
    const seen: unknown[] = []
    await using server = await httpServer((req, res) => {
      seen.push([req.url, req.headers['accept-encoding'], req.headers.accept, req.headers['range']])
      res.writeHead(req.headers['range'] === undefined ? 200 : 206, {
        'content-type': 'image/png',
        'content-length': 4,
        etag: '"1"',
      })
      res.end('abcd')
    })
    const { file, close } = clientOf(server.url)
    const first = await file.run({ id: 'a b' })
    expect(first).toMatchObject({ status: 200, size: 4, type: 'image/png', headers: { etag: '"1"' } })
    expect(String(await whole(first.body))).toBe('abcd')
    const rest = await file.run({ id: 'c', start: 7 })
    expect(rest.status).toBe(206)
    rest.body.destroy()
    expect(seen).toEqual([
      ['/files/a%20b', 'identity', '*/*', undefined],
      ['/files/c', 'identity', '*/*', 'bytes=7-'],
    ])
    close()
  })

  test('of 64 MiB for a slow reader is never more than a few MiB ahead', async () => {
    const source = made(64 * MIB)
    await using server = await httpServer((_, res) => void pipeline(source, res).catch(() => {}))
    const { file, close } = clientOf(server.url)
    const { body } = await file.run({ id: 'big' })
    let got = 0
    let ahead = 0
    for await (const piece of body as AsyncIterable<Buffer>) {
      got += piece.length
      ahead = Math.max(ahead, source.given - got)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(got).toBe(64 * MIB)
    expect(ahead).toBeLessThan(16 * MIB)
    close()
  })

  test('holds its slot until its stream has ended, broken or been destroyed', async () => {
    const answers: ServerResponse[] = []
    await using server = await httpServer((_, res) => {
      res.writeHead(200, { 'content-length': 3 }).write('a')
      answers.push(res)
    })
    const { file, close } = clientOf(server.url, { destination: { concurrency: 1, circuit: false } })
    const ends = [
      async (body: Readable, res: ServerResponse) => {
        res.end('bc')
        expect(String(await whole(body))).toBe('abc')
      },
      (body: Readable) => Promise.resolve(void body.destroy()),
      async (body: Readable, res: ServerResponse) => {
        res.destroy()
        await expect(whole(body)).rejects.toMatchObject({ _tag: 'ConnectionLost' })
      },
    ]
    for (const end of ends) {
      answers.length = 0
      const first = await file.run({ id: 'a' })
      const second = file.run({ id: 'b' })
      // Whatever could be sent by now has been.
      for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
      expect(answers).toHaveLength(1)
      await end(first.body, answers[0]!)
      const { body } = await second
      expect(answers).toHaveLength(2)
      body.destroy()
    }
    close()
  })

  test('that breaks off is ConnectionLost on the stream, transient, with the facts of the call', async () => {
    await using server = await httpServer((_, res) => {
      res.writeHead(200, { 'content-length': 100 }).write('abc', () => res.destroy())
    })
    const { file, close } = clientOf(server.url)
    const { body } = await file.run({ id: 'a' })
    await expect(whole(body)).rejects.toMatchObject({
      _tag: 'ConnectionLost',
      kind: 'transient',
      destination: 'cms',
      target: 'file',
      path: '/files/:id',
      status: 200,
    })
    close()
  })

  test('that breaks off again and again parks its destination', async () => {
    await using server = await httpServer((_, res) => {
      res.writeHead(200, { 'content-length': 100 }).write('abc', () => res.destroy())
    })
    const { file, client, close } = clientOf(server.url)
    const gate = client.destination.gate(systemClock)
    for (let n = 0; n < 50 && gate.parkedUntil() === 0; n++) {
      const { body } = await file.run({ id: 'a' })
      await expect(whole(body)).rejects.toMatchObject({ _tag: 'ConnectionLost' })
    }
    expect(gate.parkedUntil()).toBeGreaterThan(0)
    close()
  })

  test('that stands still while it is read is TimedOut; a reader has all the time it needs', async () => {
    const clock = manualClock()
    const answers: ServerResponse[] = []
    await using server = await httpServer((_, res) => {
      res.writeHead(200, { 'content-length': 1000 }).write('abc')
      answers.push(res)
    })
    const { file, close } = clientOf(server.url, { timeout: '5s' })
    const opened = await file.call({ id: 'a' }, contextOn(clock))
    if (opened._tag === 'Left') throw opened.left
    const { body } = opened.right
    clock.advance(60_000)
    expect(body.destroyed).toBe(false)
    const all = whole(body)
    await until(() => body.readableFlowing !== null || body.readableDidRead)
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(4_000)
    expect(body.destroyed).toBe(false)
    clock.advance(6_000)
    await expect(all).rejects.toMatchObject({ _tag: 'TimedOut', kind: 'transient' })
    expect(clock.pending).toBe(0)
    close()
  })

  test('that is encoded although that was not asked for is a BadResponse', async () => {
    await using server = await httpServer((_, res) =>
      res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('abc')),
    )
    const { file, close } = clientOf(server.url)
    expect(await file.call({ id: 'a' })).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'encoding' } })
    close()
  })

  test('ends when its caller gives up', async () => {
    await using server = await httpServer((_, res) => void res.writeHead(200).write('abc'))
    const { file, close } = clientOf(server.url)
    const giving = new AbortController()
    const ctx = new CallContext(
      { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: {} },
      'test',
      'x',
      { signal: giving.signal },
    )
    const opened = await file.call({ id: 'a' }, ctx)
    if (opened._tag === 'Left') throw opened.left
    const all = whole(opened.right.body)
    giving.abort(new Error('enough'))
    await expect(all).rejects.toThrow('enough')
    close()
  })
})

describe('an answer of failure', () => {
  test.each([
    [404, 'NotFound', 'permanent'],
    [302, 'BadResponse', 'permanent'],
    [503, 'Unavailable', 'transient'],
    [502, 'Unavailable', 'transient'],
  ])('%i is %s, %s, with what was answered; its connection is free again', async (status, _tag, kind) => {
    let hits = 0
    await using server = await httpServer((_, res) => {
      hits++
      res.writeHead(status, { 'content-type': 'application/json' }).end('{"title":"no"}')
    })
    const { file, close } = clientOf(server.url, { destination: { concurrency: 1, circuit: false } })
    for (let i = 0; i < 3; i++)
      expect(await file.call({ id: 'a' })).toMatchObject({
        left: { _tag, kind, status, answer: '{"title":"no"}' },
      })
    expect(hits).toBe(3)
    close()
  })

  test('one that never ends is cut off at maxResponseBytes', async () => {
    await using server = await httpServer((_, res) => {
      res.writeHead(404)
      void pipeline(made(64 * MIB), res).catch(() => {})
    })
    const { file, close } = clientOf(server.url, { maxResponseBytes: 1000 })
    expect(await file.call({ id: 'a' })).toMatchObject({ left: { _tag: 'NotFound' } })
    close()
  })
})

test('a download goes into a body of bytes, and what breaks it is what the call fails with', async () => {
  const got: string[] = []
  const source = made(8 * MIB)
  let cut = false
  await using from = await httpServer((_, res) => {
    res.writeHead(200, { 'content-length': 8 * MIB })
    if (cut) res.write(Buffer.alloc(MIB), () => res.destroy())
    else void pipeline(source, res).catch(() => {})
  })
  await using to = await httpServer((req, res) => {
    const pieces: Buffer[] = []
    req.on('error', () => {}).on('data', (piece: Buffer) => pieces.push(piece))
    req.on('end', () => {
      got.push(sha256(Buffer.concat(pieces)))
      res.end()
    })
  })
  const cms = clientOf(from.url)
  const dam = http({ name: 'dam', baseUrl: to.url })
  const copy = dam.target({
    name: 'copy',
    method: 'PUT',
    path: '/copy',
    effect: 'idempotent',
    body: bytes(async (id: string, ctx) => {
      const { body, size } = orThrow(await cms.file.call({ id }, ctx))
      return { stream: body, ...(size !== undefined && { length: size }) }
    }),
  })
  await copy.run('a')
  expect(got).toEqual([source.sha256])
  cut = true
  expect(await copy.call('a')).toMatchObject({ left: { _tag: 'ConnectionLost', destination: 'cms' } })
  expect(got).toHaveLength(1)
  cms.close()
  dam.close()
})

const orThrow = <B>(result: { _tag: 'Left'; left: unknown } | { _tag: 'Right'; right: B }): B => {
  if (result._tag === 'Left') throw result.left
  return result.right
}

test('msw answers downloads and takes streams', async () => {
  const server = setupServer(
    msw.get(
      'https://cms.test/files/a',
      () => new HttpResponse('abcd', { headers: { 'content-length': '4' } }),
    ),
    msw.put('https://cms.test/copy', async ({ request }) => HttpResponse.json(await request.text())),
  )
  server.listen({ onUnhandledFrame: 'error' })
  try {
    const { client, file } = clientOf('https://cms.test')
    const { body, size } = await file.run({ id: 'a' })
    expect(size).toBe(4)
    const copy = client.target({
      name: 'copy',
      method: 'PUT',
      path: '/copy',
      effect: 'idempotent',
      body: bytes((stream: Readable) => ({ stream, length: 4 })),
    })
    await copy.run(body)
    expect(body.destroyed).toBe(true)
  } finally {
    server.close()
  }
})
