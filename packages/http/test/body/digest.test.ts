import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { FileRef, Tagged, Target } from '@xconnector/core'
import {
  bytes,
  http,
  ndjsonBody,
  type BadResponse,
  type ByteStream,
  type CallFailure,
  type Download,
  type DownloadOptions,
} from '../../src/index.js'
import { answerDigest } from '../../src/body/answer-digest.js'
import { httpServer } from '../support/loopback.js'
import { made, sha256, until } from '../support/streams.js'

const file = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 253))
const right = sha256(file)
const wrong = sha256(Buffer.from('something else'))
const inField = (bytes: Buffer, algorithm = 'sha256') =>
  `:${createHash(algorithm).update(bytes).digest('base64')}:`

const pieces = (buffer: Buffer, size = 50_000): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size)
    })(),
    { objectMode: false },
  )

/** A receiver that remembers the bodies that came whole, and how many bytes came at most. */
const receiver = async () => {
  const whole: Buffer[] = []
  const headers: (string | undefined)[][] = []
  let most = 0
  const server = await httpServer((req, res) => {
    const got: Buffer[] = []
    let length = 0
    headers.push([req.headers['content-digest'] as string, req.headers['repr-digest'] as string])
    req
      .on('error', () => {})
      .on('data', (piece: Buffer) => {
        got.push(piece)
        length += piece.length
        most = Math.max(most, length)
      })
    req.on('end', () => {
      whole.push(Buffer.concat(got))
      res.end()
    })
  })
  return { ...server, whole, headers, most: () => most }
}

const put = (url: string, open: () => ByteStream) => {
  const client = http({ name: 'store', baseUrl: url })
  const target = client.target({
    name: 'put',
    method: 'PUT',
    path: '/',
    effect: 'idempotent',
    body: bytes(open),
  })
  return { call: () => target.call(undefined), close: () => client.close() }
}

describe('an upload with a SHA-256', () => {
  test.each([undefined, file.length])(
    'that is right is sent (length %s), and announced where asked for',
    async (length) => {
      await using to = await receiver()
      for (const digest of [undefined, 'Content-Digest', 'Repr-Digest'] as const) {
        const sized = { ...(length !== undefined && { length }), ...(digest && { digest }) }
        const { call, close } = put(to.url, () => ({
          stream: pieces(file),
          sha256: right.toUpperCase(),
          ...sized,
        }))
        expect(await call()).toMatchObject({ _tag: 'Right' })
        close()
      }
      expect(to.whole.map(sha256)).toEqual([right, right, right])
      const field = `sha-256=${inField(file)}`
      expect(to.headers).toEqual([
        [undefined, undefined],
        [field, undefined],
        [undefined, field],
      ])
    },
  )

  test.each([
    ['of known length', { length: file.length }],
    ['in chunks', {}],
  ])('that is wrong (%s) never becomes whole', async (_, sized) => {
    await using to = await receiver()
    const { call, close } = put(to.url, () => ({ stream: pieces(file), sha256: wrong, ...sized }))
    const ended = await call()
    expect(ended).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(String((ended as { left: { cause: unknown } }).left.cause)).toContain('another SHA-256')
    expect(to.whole).toEqual([])
    close()
  })

  test.each<[string, (stream: Readable) => void, Partial<ByteStream>]>([
    ['turns out to be wrong', (stream) => stream.push(null), { sha256: wrong }],
    ['has more than its length', (stream) => stream.push('x'), {}],
    ['breaks before its end', (stream) => stream.destroy(new Error('disk')), {}],
  ])('one that %s at its very end has had its last bytes held back', async (_, end, more) => {
    await using to = await receiver()
    const stream = new Readable({ read() {} })
    stream.push(file.subarray(0, 200_000))
    stream.push(file.subarray(200_000))
    const { call, close } = put(to.url, () => ({ stream, length: file.length, ...more }))
    const ended = call()
    await until(() => to.most() === 200_000)
    // Whatever could be sent by now has been.
    for (let n = 0; n < 100; n++) await new Promise((resolve) => setImmediate(resolve))
    end(stream)
    expect(await ended).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(to.whole).toEqual([])
    expect(to.most()).toBe(200_000)
    close()
  })

  test.each<[string, Partial<ByteStream>, string]>([
    ['sha256', { sha256: 'abc' }, 'bytes: sha256: expected a SHA-256 in hex, 64 digits'],
    [
      'digest',
      { sha256: right, digest: 'MD5' as never },
      "bytes: digest: expected 'Content-Digest' or 'Repr-Digest'",
    ],
    ['digest alone', { digest: 'Repr-Digest' }, 'bytes: digest: expected sha256 as well'],
  ])('a %s that makes no sense is not sent, and its stream is closed', async (_, more, message) => {
    const stream = pieces(file)
    const { call, close } = put('https://store.test', () => ({ stream, ...more }))
    const ended = await call()
    expect(String((ended as unknown as { left: { cause: unknown } }).left.cause)).toContain(message)
    expect(stream.destroyed).toBe(true)
    close()
  })
})

const from = async (
  headers: Readonly<Record<string, string | number>>,
  given: Partial<DownloadOptions<'/f', void>> = {},
  body = file,
  status = 200,
) => {
  const server = await httpServer((_, res) => void res.writeHead(status, headers).end(body))
  const client = http({ name: 'cms', baseUrl: server.url })
  const download = client.download({ name: 'f', path: '/f', ...given })
  const end = async () => {
    client.close()
    await server[Symbol.asyncDispose]()
  }
  return { result: await download.call(undefined), client, [Symbol.asyncDispose]: end }
}

const bodyOf = (result: { _tag: 'Left'; left: unknown } | { _tag: 'Right'; right: Download }): Readable => {
  if (result._tag === 'Left') throw result.left
  return result.right.body
}

describe('a download', () => {
  test.each<[string, Record<string, string>]>([
    ['a Content-Digest', { 'content-digest': `sha-256=${inField(file)}` }],
    [
      'the stronger of two',
      { 'content-digest': `sha-256=${inField(file)}, sha-512=${inField(file, 'sha512')}` },
    ],
    ['a Repr-Digest', { 'repr-digest': `sha-512=${inField(file, 'sha512')}` }],
    ['a Digest', { digest: `sha-256=${createHash('sha256').update(file).digest('base64')}` }],
    ['an algorithm that nobody knows', { 'content-digest': 'md5=:AAAA:, x-hash=:AAAA:' }],
    ['a malformed field', { 'content-digest': 'sha-256=???', digest: 'sha-256=' }],
    ['a digest of another length', { 'content-digest': 'sha-256=:AAAA:' }],
  ])('that bears out %s is whole', async (_, headers) => {
    await using opened = await from(headers)
    expect(sha256(Buffer.concat(await bodyOf(opened.result).toArray()))).toBe(right)
  })

  test.each<[string, Record<string, string>, Partial<DownloadOptions<'/f', void>>]>([
    ['its Content-Digest', { 'content-digest': `sha-256=${inField(Buffer.from('x'))}` }, {}],
    ['its Repr-Digest', { 'repr-digest': `sha-512=${inField(Buffer.from('x'), 'sha512')}` }, {}],
    ['its Digest', { digest: `SHA-256=${inField(Buffer.from('x')).slice(1, -1)}` }, {}],
    ['what was expected', {}, { expect: { sha256: wrong } }],
    [
      'what was expected, though its digest does',
      { 'content-digest': `sha-256=${inField(file)}` },
      { expect: { sha256: wrong } },
    ],
    [
      'its digest, though it does what was expected',
      { 'content-digest': `sha-256=${inField(Buffer.from('x'))}` },
      { expect: { sha256: right } },
    ],
  ])('that does not bear out %s breaks with BadResponse before its end', async (_, headers, given) => {
    await using opened = await from(headers, given)
    const body = bodyOf(opened.result)
    let ended = false
    body.on('end', () => (ended = true))
    await expect(body.toArray()).rejects.toMatchObject({
      _tag: 'BadResponse',
      flaw: 'digest',
      kind: 'permanent',
      status: 200,
    })
    expect(ended).toBe(false)
    // It was answered, and its destination is well.
    expect(opened.client.destination.name).toBe('cms')
  })

  test('of a part is held to the digest of the part, not to that of the whole', async () => {
    const part = file.subarray(0, 1000)
    const headers = {
      'content-range': `bytes 0-999/${file.length}`,
      'repr-digest': `sha-256=${inField(Buffer.from('x'))}`,
    }
    await using good = await from({ ...headers, 'content-digest': `sha-256=${inField(part)}` }, {}, part, 206)
    expect(Buffer.concat(await bodyOf(good.result).toArray())).toEqual(part)
    await using bad = await from({ ...headers, 'content-digest': `sha-256=${inField(file)}` }, {}, part, 206)
    await expect(bodyOf(bad.result).toArray()).rejects.toMatchObject({ flaw: 'digest' })
  })

  test('of another size than expected is a BadResponse at once, or while it is read', async () => {
    const given = { expect: { size: 1000 } }
    await using told = await from({ 'content-length': file.length }, given)
    expect(told.result).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'length' } })
    await using longer = await from({}, given)
    await expect(bodyOf(longer.result).toArray()).rejects.toMatchObject({
      _tag: 'BadResponse',
      flaw: 'length',
    })
    await using shorter = await from(
      { 'transfer-encoding': 'chunked' },
      { expect: { size: file.length + 1 } },
    )
    await expect(bodyOf(shorter.result).toArray()).rejects.toMatchObject({
      _tag: 'BadResponse',
      flaw: 'length',
    })
  })

  test('is expected by its input: a file reference fits', async () => {
    await using server = await httpServer((_, res) => void res.end(file))
    const client = http({ name: 'cms', baseUrl: server.url })
    const download = client.download({
      name: 'f',
      path: (ref: FileRef) => `/${ref.id}`,
      expect: (ref) => ref,
    })
    const ref = { provider: 'cms', id: 'a', version: '1', size: file.length }
    const good = await download.run({ ...ref, sha256: right })
    expect(sha256(Buffer.concat(await good.body.toArray()))).toBe(right)
    const bad = await download.run({ ...ref, sha256: wrong })
    await expect(bad.body.toArray()).rejects.toMatchObject({ flaw: 'digest' })
    expect(await download.call({ ...ref, sha256: 'abc' })).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(await download.call({ ...ref, size: -1 })).toMatchObject({ left: { _tag: 'StepFailed' } })
    client.close()
  })

  test.each(['gzip', 'gzip, gzip', 'br', 'GZIP', 'x-unheard-of', 'identity, gzip'])(
    'in the encoding %s is a BadResponse: it was not asked for',
    async (encoding) => {
      await using opened = await from({ 'content-encoding': encoding }, {}, gzipSync('abc'))
      expect(opened.result).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'encoding' } })
    },
  )

  test('goes into an upload that never becomes whole when the download is not what it should be', async () => {
    await using to = await receiver()
    await using source = await from({ 'content-length': file.length }, { expect: { sha256: wrong } })
    const body = bodyOf(source.result)
    const { call, close } = put(to.url, () => ({ stream: body, length: file.length }))
    expect(await call()).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'digest', destination: 'cms' } })
    expect(to.whole).toEqual([])
    close()
  })
})

test('of fields of digests the first with a known algorithm counts', () => {
  const headers = { 'content-digest': 'md5=:AAAA:', 'repr-digest': `sha-256=${inField(file)}` }
  const proof = answerDigest(200, headers)!
  proof.update(file)
  expect(proof.holds()).toBe(true)
  expect(answerDigest(206, headers)).toBeUndefined()
  expect(answerDigest(200, { 'content-digest': ['a', 'b'] })).toBeUndefined()
})

describe('rows of NDJSON', () => {
  const target = (url: string, rows: () => AsyncIterable<unknown> | Iterable<unknown>) => {
    const client = http({ name: 'store', baseUrl: url })
    const load = client.target({
      name: 'load',
      method: 'PUT',
      path: '/',
      effect: 'idempotent',
      body: ndjsonBody(() => rows()),
    })
    return { load, close: () => client.close() }
  }

  test('are sent one a line, made anew for each attempt', async () => {
    await using to = await receiver()
    const { load, close } = target(to.url, function* () {
      yield { id: 12345678901234567890n }
      yield 'zwei\nZeilen'
    })
    await load.run('x')
    await load.run('x')
    const text = '{"id":12345678901234567890}\n"zwei\\nZeilen"\n'
    expect(to.whole.map(String)).toEqual([text, text])
    close()
  })

  test('one that cannot be sent ends the call before the end of the body', async () => {
    await using to = await receiver()
    const { load, close } = target(to.url, function* () {
      for (let i = 0; i < 50_000; i++) yield { i, text: 'some text' }
      yield { at: 2 ** 60 }
    })
    const ended = await load.call('x')
    expect(String((ended as { left: { cause: unknown } }).left.cause)).toContain(
      'ndjson row 50001: the integer in "at"',
    )
    expect(to.whole).toEqual([])
    close()
  })
})

// As a flow's `to` infers it.
declare const failureOf: <A, B, E extends Tagged>(target: Target<A, B, E>) => E

test('what a download may break with is known to the body that it goes into', () => {
  const client = http({ name: 'cms', baseUrl: 'https://cms.test' })
  const download = client.download({ name: 'f', path: '/f' })
  const copy = client.target({
    name: 'copy',
    method: 'PUT',
    path: '/',
    effect: 'idempotent',
    body: bytes(async (_: string, ctx) => {
      const opened = await download.call(undefined, ctx)
      return opened._tag === 'Left' ? opened.left : { stream: opened.right.body }
    }),
  })
  expectTypeOf(() => failureOf(copy)).returns.toEqualTypeOf<CallFailure>()
  expectTypeOf<BadResponse>().toExtend<CallFailure>()
  // @ts-expect-error a SHA-256 is a text
  const numeric = (): unknown => client.download({ name: 'f', path: '/f', expect: { sha256: 5 } })
  // @ts-expect-error it may not go on for ever
  const always = (): unknown => client.download({ name: 'f', path: '/f', resume: true })
  expect([numeric, always, made(0)]).toHaveLength(3)
})
