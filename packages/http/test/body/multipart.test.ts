import { Readable } from 'node:stream'
import { once } from 'node:events'
import { Busboy } from '@fastify/busboy'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  CallContext,
  failure,
  seededRandom,
  silentLogger,
  systemClock,
  type Failure,
  type Tagged,
  type Target,
} from '@xconnector/core'
import { http, multipart, type CallFailure, type HttpOptions, type Part } from '../../src/index.js'
import { httpServer, tcpServer } from '../support/loopback.js'
import { made, sha256, until } from '../support/streams.js'

class DiskGone extends failure('DiskGone', 'transient')<object> {}

const MIB = 1024 * 1024
const ctx = new CallContext(
  { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: {} },
  'test',
  'x',
)

interface Got {
  readonly name: string
  readonly type: string
  readonly filename?: string
  readonly content: Buffer
}

/** What an independent parser finds. */
const parsed = async (body: AsyncIterable<Buffer>, type: string): Promise<Got[]> => {
  const parser = new Busboy({ headers: { 'content-type': type }, limits: { fieldSize: 64 * MIB } })
  const got: Promise<Got>[] = []
  parser.on('field', (name, value, _a, _b, _c, mime) =>
    got.push(Promise.resolve({ name, type: mime, content: Buffer.from(value) })),
  )
  parser.on('file', (name, stream, filename, _, mime) => {
    const pieces: Buffer[] = []
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    const ended = once(stream, 'end')
    got.push(ended.then(() => ({ name, type: mime, filename, content: Buffer.concat(pieces) })))
  })
  const finished = once(parser, 'finish')
  for await (const piece of body) parser.write(piece)
  parser.end()
  await finished
  return Promise.all(got)
}

const byText = (a: readonly string[], b: readonly string[]): number => (a.join(' ') < b.join(' ') ? -1 : 1)

const open = async (parts: readonly Part[], seed = 1) => {
  const opened = await multipart(() => parts).open('x', ctx, seededRandom(seed))
  if (!('stream' in opened)) throw opened
  return opened
}

const client = (url: string, options: Partial<HttpOptions> = {}) =>
  http({ name: 'store', baseUrl: url, ...options })

describe('a multipart body', () => {
  test('is parsed back by an independent parser as it was given, and has the length that it says', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((s) => !/[\r\n"\0\\;]/.test(s))
    const part = fc.oneof(
      fc.record({ name, value: fc.string({ unit: 'grapheme' }) }),
      fc.record({ name, content: fc.uint8Array({ maxLength: 300 }), filename: fc.constant('c.bin') }),
      fc.record({
        name,
        filename: fc.constant('f.png'),
        bytes: fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), fc.nat(), async (given, seed) => {
        const parts: Part[] = given.map((p) =>
          'bytes' in p
            ? {
                name: p.name,
                filename: p.filename,
                length: p.bytes.reduce((n, b) => n + b.length, 0),
                open: () =>
                  Readable.from(
                    p.bytes.map((b) => Buffer.from(b)),
                    { objectMode: false },
                  ),
              }
            : p,
        )
        const { stream, length, type } = await open(parts, seed)
        const whole = Buffer.concat(await stream.toArray())
        expect(whole.length).toBe(length)
        const got = await parsed(Readable.from([whole]), type!)
        expect(got.map((g) => [g.name, String(g.content.toString('hex'))]).sort(byText)).toEqual(
          given
            .map((p) => [
              p.name,
              ('value' in p
                ? Buffer.from(p.value)
                : Buffer.concat('bytes' in p ? p.bytes : [p.content])
              ).toString('hex'),
            ])
            .sort(byText),
        )
      }),
      { numRuns: 60 },
    )
  })

  test('is written as RFC 7578 and the HTML rule say', async () => {
    const { stream, type, length } = await open([
      { name: 'title "a"\r\nX: y', value: 'ä' },
      { name: 'n', value: 5n, type: 'text/plain' },
      { name: 'meta', json: { id: 12345678901234567890n } },
      { name: 'file', filename: 'ä"b\n.png', type: 'image/png', content: Buffer.from('PNG') },
    ])
    const boundary = /^multipart\/form-data; boundary=(xc-[0-9a-f]{40})$/.exec(type!)![1]!
    const text = String(Buffer.concat(await stream.toArray()))
    expect(text).toBe(
      [
        `--${boundary}`,
        'Content-Disposition: form-data; name="title %22a%22%0D%0AX: y"',
        '',
        'ä',
        `--${boundary}`,
        'Content-Disposition: form-data; name="n"',
        'Content-Type: text/plain',
        '',
        '5',
        `--${boundary}`,
        'Content-Disposition: form-data; name="meta"',
        'Content-Type: application/json',
        '',
        '{"id":12345678901234567890}',
        `--${boundary}`,
        'Content-Disposition: form-data; name="file"; filename="ä%22b%0A.png"',
        'Content-Type: image/png',
        '',
        'PNG',
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    )
    expect(length).toBe(Buffer.byteLength(text))
  })

  test('without parts is an end, and each body has a boundary of its own', async () => {
    const random = seededRandom(7)
    const of = async () => {
      const opened = await multipart(() => []).open('x', ctx, random)
      return 'stream' in opened ? [opened.type, String(Buffer.concat(await opened.stream.toArray()))] : []
    }
    const [first, second] = [await of(), await of()]
    expect(first[0]).not.toBe(second[0])
    expect(first[1]).toMatch(/^--xc-[0-9a-f]{40}--\r\n$/)
  })

  test('is sent with its length when all are known, else in chunks', async () => {
    const seen: unknown[] = []
    await using server = await httpServer((req, res) => {
      const { 'content-length': length, 'transfer-encoding': chunked, 'content-type': type } = req.headers
      void parsed(req, type!).then((parts) => {
        seen.push([chunked, length === undefined, parts.map((p) => [p.name, p.filename, sha256(p.content)])])
        res.end()
      })
    })
    const store = client(server.url)
    const sources: ReturnType<typeof made>[] = []
    const source = (size: number) => {
      sources.push(made(size))
      return sources.at(-1)!
    }
    const add = store.target({
      name: 'add',
      method: 'POST',
      path: '/',
      effect: 'unsafe',
      // Nobody else knows the boundary.
      headers: { 'content-type': 'multipart/form-data' },
      body: multipart((length: number | undefined) => [
        { name: 'a', value: 'x' },
        {
          name: 'f',
          filename: 'a.bin',
          open: () => source(3 * MIB),
          ...(length !== undefined && { length }),
        },
        { name: 'g', filename: 'b.bin', open: () => ({ stream: source(100) }), length: 100 },
      ]),
    })
    await add.run(3 * MIB)
    await add.run(undefined)
    const [one, two] = [sources[0]!.sha256, sources[1]!.sha256]
    const parts = [
      ['a', undefined, sha256(Buffer.from('x'))],
      ['f', 'a.bin', one],
      ['g', 'b.bin', two],
    ]
    expect(seen).toEqual([
      [undefined, false, parts],
      ['chunked', true, parts],
    ])
    expect(sources.every((s) => s.destroyed)).toBe(true)
    store.close()
  })

  test('of 64 MiB is never more than a few MiB ahead of a slow receiver', async () => {
    const source = made(64 * MIB)
    let got = 0
    let ahead = 0
    await using server = await httpServer((req, res) => {
      req.on('data', (piece: Buffer) => {
        got += piece.length
        ahead = Math.max(ahead, source.given - got)
        req.pause()
        setImmediate(() => req.resume())
      })
      req.on('end', () => res.end())
    })
    const store = client(server.url)
    const body = multipart(() => [{ name: 'f', filename: 'f', length: 64 * MIB, open: () => source }])
    await store.target({ name: 'put', method: 'PUT', path: '/', effect: 'idempotent', body }).run('x')
    expect(got).toBeGreaterThan(64 * MIB)
    expect(ahead).toBeLessThan(16 * MIB)
    store.close()
  })

  test('opens one file at a time, each when it is its turn, and anew for each attempt', async () => {
    const opened: string[] = []
    await using server = await tcpServer((socket) => socket.resetAndDestroy())
    const store = client(server.url)
    let at = 0
    const file = (name: string) => ({
      name,
      filename: name,
      length: 3,
      open: () => {
        opened.push(name)
        expect(++at).toBe(1)
        return Readable.from([Buffer.from('abc')]).once('end', () => at--)
      },
    })
    const body = multipart(() => [file('a'), file('b')])
    const put = store.target({ name: 'put', method: 'PUT', path: '/', effect: 'idempotent', body })
    for (let i = 0; i < 2; i++)
      expect(await put.call('x')).toMatchObject({ left: { _tag: 'ConnectionLost' } })
    expect(opened).toEqual(['a', 'b', 'a', 'b'])
    expect(server.requests).toHaveLength(2)
    store.close()
  })
})

describe('a file of a multipart body', () => {
  const sent = async (part: (opened: () => void) => Part) => {
    let requests = 0
    let whole = 0
    await using server = await httpServer((req, res) => {
      requests++
      req.on('error', () => {}).on('end', () => whole++)
      req.resume().on('end', () => res.end())
    })
    const store = client(server.url)
    const body = multipart(() => [part(() => {})])
    const put = store.target({ name: 'put', method: 'PUT', path: '/', effect: 'idempotent', body })
    const ended = await put.call('x')
    store.close()
    return { ended, requests, whole }
  }

  test('that cannot be opened: the call fails with its failure, and nothing is sent', async () => {
    const { ended, requests } = await sent(() => ({ name: 'f', filename: 'f', open: () => new DiskGone({}) }))
    expect(ended).toMatchObject({ left: { _tag: 'DiskGone' } })
    expect(requests).toBe(0)
  })

  test.each<[string, Partial<Part>, string]>([
    ['is shorter than announced', { length: 101 }, 'the stream ended after 100 of 101 bytes'],
    ['is longer than announced', { length: 99 }, 'the stream has more than the 99 bytes that were announced'],
    ['has another SHA-256', { sha256: '0'.repeat(64) }, 'the stream has another SHA-256'],
  ])('that %s never becomes whole', async (_, more, message) => {
    const { ended, whole } = await sent(() => ({ name: 'f', filename: 'f', open: () => made(100), ...more }))
    expect(ended).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(String((ended as { left: { cause: unknown } }).left.cause)).toContain(`multipart "f": ${message}`)
    expect(whole).toBe(0)
  })

  test('that is what its SHA-256 says is sent', async () => {
    const source = made(100)
    await source.toArray()
    const { ended, whole } = await sent(() => ({
      name: 'f',
      filename: 'f',
      open: () => ({ stream: made(100), sha256: source.sha256, length: 100 }),
    }))
    expect([ended._tag, whole]).toEqual(['Right', 1])
  })

  test('that breaks midway: the call fails with its failure, and the file is closed', async () => {
    const stream = new Readable({ read() {} })
    stream.push(Buffer.alloc(1000))
    await using server = await httpServer((req) => {
      req.on('error', () => {})
      req.once('data', () => stream.destroy(new DiskGone({})))
    })
    const store = client(server.url)
    const body = multipart(() => [{ name: 'f', filename: 'f', open: () => stream }])
    const put = store.target({ name: 'put', method: 'PUT', path: '/', effect: 'idempotent', body })
    expect(await put.call('x')).toMatchObject({ left: { _tag: 'DiskGone' } })
    expect(stream.destroyed).toBe(true)
    store.close()
  })

  test('that waits is closed when the caller gives up, though it never gave a byte', async () => {
    const stream = new Readable({ read() {} })
    await using server = await httpServer((req) => void req.on('error', () => {}).resume())
    const store = client(server.url)
    const body = multipart(() => [{ name: 'f', filename: 'f', open: () => stream }])
    const put = store.target({ name: 'put', method: 'PUT', path: '/', effect: 'idempotent', body })
    const giving = new AbortController()
    const call = put.call('x', { signal: giving.signal })
    await until(() => stream.readableFlowing === true)
    giving.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    expect(stream.destroyed).toBe(true)
    store.close()
  })

  test.each<[string, unknown, string]>([
    ['a list', { name: 'a' }, 'multipart: expected a list of parts'],
    ['a kind', [{ name: 'a' }], 'multipart part 1: expected one of value, json, content and open'],
    ['a name', [{ name: 5, value: 'x' }], 'multipart part 1 name: expected a text'],
    ['a type', [{ name: 'a', value: 'x', type: 'a\r\nb' }], 'multipart part 1 type: expected a content type'],
    ['a length', [{ name: 'a', filename: 'f', length: -1, open: () => made(1) }], 'multipart part 1 length'],
    ['a stream', [{ name: 'a', filename: 'f', open: () => 'text' }], 'multipart "a": expected a Readable'],
    ['well-formed text', [{ name: 'a', value: '\ud800' }], 'half a surrogate pair'],
    [
      'a SHA-256',
      [{ name: 'a', filename: 'f', sha256: 'abc', open: () => made(1) }],
      'expected a SHA-256 in hex',
    ],
  ])('wants %s', async (_, parts, message) => {
    const store = client('https://store.test')
    const body = multipart(() => parts as never)
    const put = store.target({ name: 'put', method: 'PUT', path: '/', effect: 'idempotent', body })
    const ended = await put.call('x')
    expect(ended).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(String((ended as unknown as { left: { cause: unknown } }).left.cause)).toContain(message)
    store.close()
  })
})

// As a flow's `to` infers it.
declare const failureOf: <A, B, E extends Tagged>(target: Target<A, B, E>) => E

test('the failures of its files join the union of the target, and parts are checked', () => {
  const store = client('https://store.test')
  const declared = { name: 'put', method: 'PUT', path: '/', effect: 'idempotent' } as const
  const plain = store.target({
    ...declared,
    body: multipart((a: { t: string }) => [{ name: 't', value: a.t }]),
  })
  expectTypeOf(() => failureOf(plain)).returns.toEqualTypeOf<CallFailure>()
  expectTypeOf(plain.call).parameter(0).toEqualTypeOf<{ t: string }>()
  const files = store.target({
    ...declared,
    body: multipart((gone: boolean) => [
      { name: 't', value: 't' },
      { name: 'f', filename: 'f', open: () => (gone ? new DiskGone({}) : { stream: made(1) }) },
    ]),
  })
  expectTypeOf(() => failureOf(files)).returns.toEqualTypeOf<CallFailure | DiskGone>()
  expectTypeOf<DiskGone>().toExtend<Failure<string>>()
  // @ts-expect-error a file has a name
  const nameless = (): unknown => multipart(() => [{ name: 'f', open: () => made(1) }])
  // @ts-expect-error a value is no object
  const object = (): unknown => multipart(() => [{ name: 'f', value: {} }])
  expect([nameless, object]).toHaveLength(2)
})
