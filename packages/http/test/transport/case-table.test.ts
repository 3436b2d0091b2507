import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { WireAnswer, WireFault } from '../../src/testing/index.js'
import { wireFaults } from '../../src/testing/index.js'
import { opened, TRANSPORTS, wire } from './support.js'

const KIB = 1024
const plain = Buffer.from(JSON.stringify({ text: 'äöü '.repeat(500) }))
const encoded = (encoding: string, body: Buffer): WireAnswer => ({
  headers: { 'content-type': 'application/json', 'content-encoding': encoding },
  body,
})

/** What is sent, and what comes of it: the same over every transport. */
const READS: readonly (readonly [string, WireAnswer, object, string?])[] = [
  ['a body', { body: 'abc' }, { as: 'answered', status: 200, body: Buffer.from('abc') }],
  ['an empty body', { body: '' }, { as: 'answered', body: Buffer.alloc(0) }],
  ['a body of binary', { body: Buffer.from([0, 255, 128, 10]) }, { body: Buffer.from([0, 255, 128, 10]) }],
  ['a body that ends with its connection', { body: 'abc', framed: false }, { body: Buffer.from('abc') }],
  [
    'a body in chunks',
    { headers: { 'transfer-encoding': 'chunked' }, body: '2\r\nab\r\n1\r\nc\r\n0\r\n\r\n' },
    { as: 'answered', body: Buffer.from('abc') },
  ],
  [
    'a body in chunks with trailers',
    { headers: { 'transfer-encoding': 'chunked' }, body: '2\r\nab\r\n0\r\nx-sum: 1\r\n\r\n' },
    { as: 'answered', body: Buffer.from('ab') },
  ],
  ['gzip', encoded('gzip', gzipSync(plain)), { as: 'answered', body: plain }],
  ['x-gzip, in capitals', encoded('X-GZIP', gzipSync(plain)), { as: 'answered', body: plain }],
  ['deflate', encoded('deflate', deflateSync(plain)), { as: 'answered', body: plain }],
  ['deflate without its wrapper', encoded('deflate', deflateRawSync(plain)), { body: plain }],
  ['br', encoded('br', brotliCompressSync(plain)), { as: 'answered', body: plain }],
  ['zstd', encoded('zstd', zstdCompressSync(plain)), { as: 'answered', body: plain }],
  ['identity', encoded('identity', plain), { as: 'answered', body: plain }],
  ['an empty body that says gzip', encoded('gzip', Buffer.alloc(0)), { body: Buffer.alloc(0) }],
  [
    'gzip twice, which is left as it is and named',
    encoded('gzip, gzip', gzipSync(gzipSync('a'))),
    { as: 'answered', headers: { 'content-encoding': 'gzip, gzip' } },
  ],
  [
    'an encoding that nobody knows, left as it is and named',
    encoded('rot13', Buffer.from('nop')),
    { as: 'answered', headers: { 'content-encoding': 'rot13' }, body: Buffer.from('nop') },
  ],
  ['what is no gzip', encoded('gzip', plain), { as: 'unreadable', flaw: 'encoding' }],
  ['what is no br', encoded('br', plain), { as: 'unreadable', flaw: 'encoding' }],
  ['what is no zstd', encoded('zstd', plain), { as: 'unreadable', flaw: 'encoding' }],
  ['gzip without its end', encoded('gzip', gzipSync(plain).subarray(0, -6)), { as: 'cut', status: 200 }],
  ['a body of the most bytes', { body: 'a'.repeat(64 * KIB) }, { as: 'answered' }],
  ['a body of one more', { body: 'a'.repeat(64 * KIB + 1) }, { as: 'unreadable', flaw: 'too-large' }],
  [
    'gzip of one more',
    encoded('gzip', gzipSync(Buffer.alloc(64 * KIB + 1))),
    { as: 'unreadable', flaw: 'too-large' },
  ],
  [
    'repeated headers',
    {
      headers: {
        'x-a': ['1', '2'],
        'set-cookie': ['a=1', 'b=2'],
        'retry-after': ['1', '9'],
        age: ['3', '4'],
      },
    },
    { headers: { 'x-a': '1, 2', 'set-cookie': ['a=1', 'b=2'], 'retry-after': '1', age: '3' } },
  ],
  ['one cookie', { headers: { 'set-cookie': 'a=1' } }, { headers: { 'set-cookie': ['a=1'] } }],
  ['headers in latin1', { headers: { 'x-a': 'é' } }, { headers: { 'x-a': 'é' } }],
  ['204', { status: 204, headers: {}, body: '', framed: true }, { as: 'answered', status: 204 }],
  [
    '204 that says that it is encoded twice',
    { status: 204, headers: { 'content-encoding': 'gzip, br', 'content-length': '0' }, body: '' },
    { as: 'answered', status: 204, headers: { 'content-length': '0' } },
  ],
  ['304', { status: 304, headers: { etag: '"a"' }, body: '' }, { as: 'answered', status: 304 }],
  ['a redirect, which is not followed', { status: 302, headers: { location: '/b' } }, { status: 302 }],
  ['404 with a body', { status: 404, body: 'no' }, { as: 'answered', status: 404, body: Buffer.from('no') }],
  ['599', { status: 599, body: '' }, { as: 'answered', status: 599 }],
  [
    'HEAD of a thing that is encoded twice',
    { headers: { 'content-encoding': 'gzip, br', 'content-length': '12' }, body: '' },
    { as: 'answered', status: 200, headers: { 'content-length': '12' }, body: Buffer.alloc(0) },
    'HEAD',
  ],
]

const named = ([name, answer, expected, method]: (typeof READS)[number]) => ({
  name,
  answer,
  expected,
  method,
})

describe.each(TRANSPORTS)('over %s', (_, factory) => {
  test.each(READS.map(named))('$name', async ({ answer, expected, method = 'GET' }) => {
    await using server = await wireFaults({ otherwise: { as: 'answer', answer } })
    await using transport = opened(factory, { maxResponseBytes: 64 * KIB })
    const exchange = await transport.send(wire(server.url, { method, mayRepeat: () => false }))
    expect(exchange).toMatchObject(expected)
    if ('headers' in expected && 'headers' in exchange)
      expect('content-encoding' in exchange.headers).toBe('content-encoding' in (expected.headers as object))
    // It is a connection like any other afterwards.
    expect(
      await transport.send(wire(server.url, { method, url: '/b', mayRepeat: () => false })),
    ).toMatchObject(expected)
    expect(server.received.map((r) => r.path)).toEqual(['/things', '/b'])
  })

  const FAULTS: readonly (readonly [string, WireFault, object])[] = [
    [
      'a reset before the head is read: whether the connection ever stood is a matter of luck',
      { as: 'reset', after: 'connect' },
      { as: expect.stringMatching(/^(lost|never-sent)$/) as string, code: 'ECONNRESET' },
    ],
    ['a reset when the head was read', { as: 'reset', after: 'head' }, { as: 'lost', code: 'ECONNRESET' }],
    ['a reset when all was read', { as: 'reset' }, { as: 'lost', code: 'ECONNRESET' }],
    ['a close before the head is read', { as: 'close', after: 'connect' }, { as: 'lost' }],
    ['a close when all was read', { as: 'close' }, { as: 'lost', code: 'ECONNRESET' }],
    ['an answer cut within its head', { as: 'cut', in: 'head', bytes: 20 }, { as: 'lost' }],
    ['an answer reset within its head', { as: 'cut', in: 'head', bytes: 20, by: 'reset' }, { as: 'lost' }],
    ['an answer cut within its body', { as: 'cut', in: 'body', bytes: 3 }, { as: 'cut', status: 200 }],
    ['one cut before its body', { as: 'cut', in: 'body', bytes: 0 }, { as: 'cut', status: 200 }],
    [
      'one reset within its body',
      { as: 'cut', in: 'body', bytes: 3, by: 'reset' },
      { as: 'cut', status: 200 },
    ],
    ['what is no HTTP', { as: 'garbage' }, { as: 'lost' }],
    ['what is TLS', { as: 'garbage', bytes: Buffer.from([22, 3, 1, 0, 5]) }, { as: 'lost' }],
    ['a chunk that is none', { as: 'bad-chunk' }, { as: 'cut', status: 200 }],
    ['a length that is too long', { as: 'wrong-length', by: 5 }, { as: 'cut', status: 200 }],
    [
      'a length that is too short: what was announced counts',
      { as: 'wrong-length', by: -5 },
      { as: 'answered', body: Buffer.from('{"ok":') },
    ],
    [
      'a status of failure whose body breaks off',
      { as: 'cut', in: 'body', bytes: 1, answer: { status: 404 } },
      { as: 'cut', status: 404 },
    ],
    ['interim answers', { as: 'interim', statuses: [102, 103, 103] }, { as: 'answered', status: 200 }],
    ['a bomb of gzip', { as: 'bomb', bytes: 16 * KIB * KIB }, { as: 'unreadable', flaw: 'too-large' }],
    ['a bomb of br', { as: 'bomb', bytes: 16 * KIB * KIB, encoding: 'br' }, { flaw: 'too-large' }],
    ['a bomb of zstd', { as: 'bomb', bytes: 16 * KIB * KIB, encoding: 'zstd' }, { flaw: 'too-large' }],
    [
      'a head that never ends',
      { as: 'answer', answer: { headers: { 'x-a': 'a'.repeat(40_000) } } },
      { as: 'lost' },
    ],
    ['a protocol that nobody asked for', { as: 'answer', answer: UPGRADE() }, { as: 'lost' }],
  ]

  test('a small bomb, which grows more than is allowed, though not past the limit of size', async () => {
    await using server = await wireFaults({ otherwise: { as: 'bomb', bytes: 3 * KIB * KIB } })
    await using strict = opened(factory, { maxResponseBytes: 8 * KIB * KIB })
    expect(await strict.send(wire(server.url))).toMatchObject({ as: 'unreadable', flaw: 'too-large' })
    await using lax = opened(factory, { maxResponseBytes: 8 * KIB * KIB, maxExpansion: 2_000 })
    expect(await lax.send(wire(server.url))).toMatchObject({ as: 'answered', status: 200 })
  })

  test.each(FAULTS)('%s', async (__, fault, expected) => {
    await using server = await wireFaults({ script: [fault] })
    await using transport = opened(factory, { maxResponseBytes: KIB * KIB * 4 })
    const once = { mayRepeat: () => false }
    expect(await transport.send(wire(server.url, once))).toMatchObject(expected)
    expect(await transport.send(wire(server.url, once))).toMatchObject({ as: 'answered', status: 200 })
  })
})

function UPGRADE(): WireAnswer {
  return { status: 101, headers: { connection: 'upgrade', upgrade: 'other' }, body: '', framed: true }
}
