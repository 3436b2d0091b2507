import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  CallContext,
  failure,
  silentLogger,
  systemClock,
  type Clock,
  type Tagged,
  type Target,
} from '@xconnector/core'
import { bytes, http, type CallFailure, type Fails, type HttpOptions } from '../../src/index.js'
import { httpServer, tcpServer } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { made, until } from '../support/streams.js'

class DiskGone extends failure('DiskGone', 'transient')<object> {}

const MIB = 1024 * 1024

const targetOf = (
  url: string,
  open: () => { stream: Readable; length?: number; type?: string },
  options: Partial<HttpOptions> = {},
) => {
  const client = http({ name: 'store', baseUrl: url, ...options })
  const put = client.target({
    name: 'put',
    method: 'PUT',
    path: '/file',
    effect: 'idempotent',
    body: bytes(() => open()),
  })
  return { put, close: () => client.close(), client }
}

/** A context without a deadline, as a message without one has. */
const contextOn = (clock: Clock, signal?: AbortSignal) =>
  new CallContext(
    { clock, ids: { next: () => 'id' }, log: silentLogger, config: {} },
    'test',
    'x',
    signal === undefined ? {} : { signal },
  )

describe('a body of bytes', () => {
  test('comes as it is, with its length and its type', async () => {
    const seen: unknown[] = []
    await using server = await httpServer((req, res) => {
      const hash = createHash('sha256')
      req.on('data', (piece: Buffer) => hash.update(piece))
      req.on('end', () => {
        const { 'content-length': length, 'content-type': type, 'transfer-encoding': chunked } = req.headers
        seen.push({ length, type, chunked, sha256: hash.digest('hex') })
        res.end()
      })
    })
    const streams = [made(3 * MIB + 1), made(MIB, 'b')]
    const [sized, chunked] = [
      targetOf(server.url, () => ({ stream: streams[0]!, length: 3 * MIB + 1, type: 'video/mp4' })),
      targetOf(server.url, () => ({ stream: streams[1]! })),
    ]
    await sized.put.run('x')
    await chunked.put.run('x')
    expect(seen).toEqual([
      {
        length: String(3 * MIB + 1),
        type: 'video/mp4',
        chunked: undefined,
        sha256: streams[0]!.sha256,
      },
      {
        length: undefined,
        type: 'application/octet-stream',
        chunked: 'chunked',
        sha256: streams[1]!.sha256,
      },
    ])
    expect(streams.map((s) => s.destroyed)).toEqual([true, true])
    sized.close()
    chunked.close()
  })

  test('of 64 MiB is never more than a few MiB ahead of a slow receiver', async () => {
    const size = 64 * MIB
    const stream = made(size)
    let got = 0
    let ahead = 0
    await using server = await httpServer((req, res) => {
      req.on('data', (piece: Buffer) => {
        got += piece.length
        ahead = Math.max(ahead, stream.given - got)
        // It takes a piece, and leaves the next one for later.
        req.pause()
        setImmediate(() => req.resume())
      })
      req.on('end', () => res.end())
    })
    const { put, close } = targetOf(server.url, () => ({ stream, length: size }))
    await put.run('x')
    expect(got).toBe(size)
    // The kernel's buffers of both sides count too.
    expect(ahead).toBeLessThan(16 * MIB)
    close()
  })

  test('is opened anew for each attempt, and never sent again by the quick retry', async () => {
    await using server = await tcpServer((socket) => socket.resetAndDestroy())
    let opened = 0
    const { put, close } = targetOf(server.url, () => {
      opened++
      return { stream: Readable.from([Buffer.from('abc')]), length: 3 }
    })
    expect(await put.call('x')).toMatchObject({ left: { _tag: 'ConnectionLost', kind: 'transient' } })
    expect([opened, server.requests.length]).toEqual([1, 1])
    await put.call('x')
    expect([opened, server.requests.length]).toEqual([2, 2])
    close()
  })

  test('is shown in a dry run without being opened', async () => {
    const { put } = targetOf('https://store.test', () => {
      throw new Error('opened')
    })
    expect(await put.preview!('x', contextOn(systemClock))).toMatchObject({
      method: 'PUT',
      url: 'https://store.test/file',
      body: { stream: true },
    })
  })
})

describe('what breaks on this side', () => {
  test('a stream that breaks with a failure: the call fails with it, and the receiver sees no whole body', async () => {
    const stream = new Readable({ read() {} })
    stream.push(Buffer.alloc(100))
    let tell!: (error: Error) => void
    const broken = new Promise<Error>((resolve) => (tell = resolve))
    await using server = await httpServer((req) => {
      req.on('error', tell)
      req.once('data', () => stream.destroy(new DiskGone({})))
    })
    const { put, close } = targetOf(server.url, () => ({ stream, length: 1000 }))
    expect(await put.call('x')).toMatchObject({ left: { _tag: 'DiskGone', kind: 'transient' } })
    expect(await broken).toBeInstanceOf(Error)
    close()
  })

  test.each([
    ['breaks with anything else', () => stop(new Error('EIO')), /EIO/],
    ['closes before its end', () => stop(undefined), /closed before its end/],
    ['has fewer bytes than were announced', () => Readable.from([Buffer.alloc(9)]), /after 9 of 10 bytes/],
    ['has more bytes than were announced', () => Readable.from([Buffer.alloc(11)]), /more than the 10 bytes/],
    ['holds no bytes', () => Readable.from([{ a: 1 }]), /stream of bytes, got object/],
    ['was used up before', () => used(), /closed before its end/],
  ])('a stream that %s is StepFailed, and no fault of the destination', async (_, open, message) => {
    await using server = await httpServer((req, res) => {
      req.on('error', () => {}).resume()
      req.on('end', () => res.end())
    })
    let stream!: Readable
    const { put, close, client } = targetOf(server.url, () => ({ stream: (stream = open()), length: 10 }))
    for (let i = 0; i < 10; i++)
      expect(await put.call('x')).toMatchObject({
        left: { _tag: 'StepFailed', message: expect.stringMatching(message) as string },
      })
    expect(stream.destroyed).toBe(true)
    expect(client.destination.gate(systemClock).parkedUntil()).toBe(0)
    close()
  })

  test('a stream that cannot be opened: its failure, given or thrown; else StepFailed', async () => {
    const client = http({ name: 'store', baseUrl: 'https://store.test' })
    const declared = { name: 'put', method: 'PUT', path: '/file', effect: 'idempotent' } as const
    const given = client.target({ ...declared, body: bytes(() => new DiskGone({})) })
    const thrown = client.target({
      ...declared,
      body: bytes(async (): Promise<{ stream: Readable }> => {
        throw new DiskGone({})
      }),
    })
    const other = client.target({ ...declared, body: bytes(() => ({ stream: 1 as never })) })
    expect(await given.call('x')).toMatchObject({ left: { _tag: 'DiskGone' } })
    expect(await thrown.call('x')).toMatchObject({ left: { _tag: 'DiskGone' } })
    expect(await other.call('x')).toMatchObject({ left: { _tag: 'StepFailed' } })
    expectTypeOf(given.call).returns.resolves.toExtend<
      { _tag: 'Right' } | { _tag: 'Left'; left: CallFailure | DiskGone }
    >()
  })

  const stop = (error: Error | undefined): Readable => {
    const stream = new Readable({ read() {} })
    stream.push(Buffer.alloc(5))
    stream.once('data', () => {}).once('data', () => stream.destroy(error))
    return stream
  }
  const used = (): Readable => {
    const stream = Readable.from([])
    stream.destroy()
    return stream
  }
})

describe('what ends early', () => {
  test('an answer before the whole body came counts, and the rest is not sent', async () => {
    let cut!: () => void
    const closed = new Promise<void>((resolve) => (cut = resolve))
    // It answers at the first bytes, reads on, and would keep the connection.
    const server = createServer((socket) => {
      socket
        .on('error', () => {})
        .on('close', cut)
        .resume()
      socket.once('data', () => socket.write('HTTP/1.1 413 No\r\ncontent-length: 0\r\n\r\n'))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const stream = made(64 * MIB)
    const { put, close } = targetOf(`http://127.0.0.1:${port}`, () => ({ stream, length: 64 * MIB }))
    expect(await put.call('x')).toMatchObject({ left: { _tag: 'Rejected', status: 413 } })
    expect(stream.destroyed).toBe(true)
    expect(stream.given).toBeLessThan(32 * MIB)
    // Nor is its connection kept, over which nothing else could be sent.
    await closed
    server.close()
    close()
  })

  test('a caller who gives up ends both sides', async () => {
    let cut!: () => void
    const closed = new Promise<void>((resolve) => (cut = resolve))
    const giving = new AbortController()
    await using server = await httpServer((req) => {
      req.on('error', () => cut())
      req.once('data', () => giving.abort(new Error('enough')))
    })
    const stream = made(64 * MIB)
    const { put, close } = targetOf(server.url, () => ({ stream, length: 64 * MIB }))
    await expect(put.call('x', { signal: giving.signal })).rejects.toThrow('enough')
    await closed
    expect(stream.destroyed).toBe(true)
    close()
  })

  test('a receiver that takes nothing for the timeout: TimedOut; a slow source has all the time it needs', async () => {
    const clock = manualClock()
    let request: IncomingMessage | undefined
    await using server = await httpServer((req, res) => {
      request = req
      req.on('error', () => {}).on('end', () => res.end())
    })
    const stream = made(64 * MIB)
    const stuck = targetOf(server.url, () => ({ stream, length: 64 * MIB }), { timeout: '5s' })
    const call = stuck.put.call('x', contextOn(clock))
    await until(() => request !== undefined)
    await stands(() => stream.given)
    clock.advance(5_000)
    expect(await call).toMatchObject({ left: { _tag: 'TimedOut', kind: 'transient' } })
    expect(stream.destroyed).toBe(true)

    request = undefined
    const slow = new Readable({ read() {} })
    const patient = targetOf(server.url, () => ({ stream: slow, length: 2 }), { timeout: '5s' })
    const later = patient.put.call('x', contextOn(clock))
    slow.push('a')
    await until(() => request !== undefined && request.readableLength === 1)
    clock.advance(60_000)
    slow.push('b')
    slow.push(null)
    request!.resume()
    expect(await later).toMatchObject({ _tag: 'Right' })
    expect(clock.pending).toBe(0)
    stuck.close()
    patient.close()
  })

  test('a connection that is refused has been asked for nothing', async () => {
    await using server = await tcpServer(() => {})
    const { port } = server
    await server[Symbol.asyncDispose]()
    const stream = made(MIB)
    const { put } = targetOf(`http://127.0.0.1:${port}`, () => ({ stream, length: MIB }))
    expect(await put.call('x')).toMatchObject({ left: { _tag: 'ConnectFailed', kind: 'transient' } })
    expect(stream.destroyed).toBe(true)
    expect(() => connect(port).on('error', () => {})).not.toThrow()
  })
})

/** Waits until a figure stays the same for a hundred turns. */
const stands = async (figure: () => number): Promise<void> => {
  let last = figure()
  for (let still = 0; still < 100; still++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (figure() === last) continue
    last = figure()
    still = 0
  }
}

// As a flow's `to` infers it.
declare const failureOf: <A, B, E extends Tagged>(target: Target<A, B, E>) => E

test('the failures of a stream join those of its target', () => {
  const client = http({ name: 'store', baseUrl: 'https://store.test' })
  const plain = client.target({
    name: 'p',
    method: 'PUT',
    path: '/',
    effect: 'keyed',
    body: bytes((n: number) => ({ stream: made(n), length: n })),
  })
  expectTypeOf(() => failureOf(plain)).returns.toEqualTypeOf<CallFailure>()
  expectTypeOf(plain.call).parameter(0).toEqualTypeOf<number>()
  const file = client.download({ name: 'file', path: '/files/:id' })
  expectTypeOf(file.call).parameter(0).toEqualTypeOf<{ readonly id: string | number }>()
  const fed = client.target({
    name: 'f',
    method: 'PUT',
    path: '/',
    effect: 'keyed',
    body: bytes(async (id: string, ctx) => {
      const opened = await file.call({ id }, ctx)
      return opened._tag === 'Left' ? new DiskGone({}) : { stream: opened.right.body }
    }),
  })
  // What its stream breaks with is among them already.
  expectTypeOf(() => failureOf(fed)).returns.toEqualTypeOf<CallFailure | DiskGone>()
  const own = client.target({
    name: 'o',
    method: 'PUT',
    path: '/',
    effect: 'keyed',
    body: bytes(() => ({ stream: made(1) as Readable & Fails<DiskGone> })),
  })
  expectTypeOf(() => failureOf(own)).returns.toEqualTypeOf<CallFailure | DiskGone>()
  expect([plain.effect, file.effect, fed.name, own.name]).toEqual(['keyed', 'none', 'f', 'o'])
})
