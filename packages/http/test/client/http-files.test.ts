import { createHash } from 'node:crypto'
import {
  flow,
  memoryJournal,
  createRuntime,
  deadLetter,
  config,
  failure,
  url,
  type FileRef,
} from '@xconnector/core'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  BadResponse,
  fileBody,
  http,
  httpFiles,
  NotFound,
  type CallFailure,
  type HttpTarget,
} from '../../src/index.js'
import { fileServer, serve } from '../body/files.js'
import { httpServer } from '../support/loopback.js'

const file = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 251))
const sha256 = createHash('sha256').update(file).digest('hex')
const FACTS = { version: '3', size: file.length, sha256 }

class Gone extends failure('Gone', 'permanent')<{ status: number }> {}

const all = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** What a receiver was sent. */
interface Came {
  readonly body: Buffer
  readonly headers: NodeJS.Dict<string | string[]>
  readonly whole: boolean
}

const receiver = async () => {
  const came: Came[] = []
  const server = await httpServer((req, res) => {
    const pieces: Buffer[] = []
    req.on('data', (piece: Buffer) => pieces.push(piece))
    req.on('error', () => {})
    req.on('close', () =>
      came.push({ body: Buffer.concat(pieces), headers: req.headers, whole: req.complete }),
    )
    req.on('end', () => res.writeHead(204).end())
  })
  return { ...server, came }
}

describe('files of an HTTP API', () => {
  test('are opened by reference, as a whole or from a byte on', async () => {
    const asked: (string | undefined)[] = []
    await using server = await httpServer((req, res) => {
      asked.push(`${req.url} ${req.headers.range ?? 'whole'}`)
      serve({ file })(req, res, 0)
    })
    const dam = http({ name: 'dam', baseUrl: server.url })
    const files = httpFiles(dam, {
      path: '/assets/:id/versions/:version/file',
      query: { download: 'original' },
    })
    const ref = files.ref('a/1', FACTS)
    expect(ref).toEqual({ provider: 'dam', id: 'a/1', ...FACTS })
    expect(await all(await files.open(ref))).toEqual(file)
    expect(await all(await files.open(ref, { start: 9000 }))).toEqual(file.subarray(9000))
    expect(asked).toEqual([
      '/assets/a%2F1/versions/3/file?download=original whole',
      '/assets/a%2F1/versions/3/file?download=original bytes=9000-',
    ])
    dam.close()
  })

  test('go on by themselves when the connection breaks, from a start too', async () => {
    await using server = await fileServer(serve({ file, cut: 100 }), serve({ file }))
    const dam = http({ name: 'dam', baseUrl: server.url })
    const files = httpFiles(dam, { path: '/f' })
    expect(await all(await files.open(files.ref('1', FACTS), { start: 5000 }))).toEqual(file.subarray(5000))
    expect(server.asked.map((a) => a.range)).toEqual(['bytes=5000-', 'bytes=5100-9999'])
    dam.close()
  })

  test.each<[string, number, Buffer, Record<string, string>]>([
    ['the whole', 200, file, {}],
    ['another part', 206, file.subarray(4000), { 'content-range': 'bytes 4000-9999/10000' }],
    ['a part of which nobody says which', 206, file.subarray(5000), {}],
    ['less than the rest', 206, file.subarray(5000, 6000), { 'content-range': 'bytes 5000-5999/6000' }],
  ])('are refused where a part was asked for and %s came', async (_, status, bytes, headers) => {
    await using server = await fileServer((_req, res) =>
      res.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes),
    )
    const dam = http({ name: 'dam', baseUrl: server.url })
    const files = httpFiles(dam, { path: '/f' })
    const failed = await files.open(files.ref('1', FACTS), { start: 5000 }).catch((e: unknown) => e)
    expect(failed).toBeInstanceOf(BadResponse)
    expect(failed).toMatchObject({ flaw: 'length', kind: 'permanent' })
    dam.close()
  })

  test('are refused where the whole was asked for and a part came', async () => {
    await using server = await fileServer((_req, res) =>
      res.writeHead(206, { 'content-range': 'bytes 0-99/10000' }).end(file.subarray(0, 100)),
    )
    const dam = http({ name: 'dam', baseUrl: server.url })
    const opened = httpFiles(dam, { path: '/f' }).open({ provider: 'dam', id: '1', version: '1' })
    await expect(opened).rejects.toMatchObject({ _tag: 'BadResponse', flaw: 'length' })
    dam.close()
  })

  test.each([-1, 1.5, NaN, 10_000])('cannot be opened from byte %s', async (start) => {
    const dam = http({ name: 'dam', baseUrl: 'http://127.0.0.1:1' })
    const files = httpFiles(dam, { path: '/f' })
    const opened = files.open(files.ref('1', FACTS), { start })
    await expect(opened).rejects.toMatchObject({ _tag: 'StepFailed' })
    dam.close()
  })

  test('that are missing reject with the failure of their download', async () => {
    await using server = await fileServer((_req, res) => void res.writeHead(404).end())
    const dam = http({ name: 'dam', baseUrl: server.url })
    const opened = httpFiles(dam, { path: '/f' }).open({ provider: 'dam', id: '1', version: '1' })
    await expect(opened).rejects.toBeInstanceOf(NotFound)
    dam.close()
  })
})

describe('a file as a body', () => {
  const between = async (from: string, to: string) => {
    const dam = http({ name: 'dam', baseUrl: from })
    const shop = http({ name: 'shop', baseUrl: to })
    const files = httpFiles(dam, { path: '/f' })
    const close = () => {
      dam.close()
      shop.close()
    }
    return { dam, shop, files, close }
  }

  test('is streamed with its length, type and digest', async () => {
    await using server = await fileServer(serve({ file }))
    await using sink = await receiver()
    const { shop, files, close } = await between(server.url, sink.url)
    const put = shop.target({
      name: 'put',
      method: 'PUT',
      path: '/f',
      effect: 'idempotent',
      body: fileBody(files, (ref: FileRef) => ({ file: ref, type: 'image/png', digest: 'Repr-Digest' })),
    })
    await put.run(files.ref('1', FACTS))
    expect(sink.came).toMatchObject([{ body: file, whole: true }])
    expect(sink.came[0]!.headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': '10000',
      'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    })
    close()
  })

  test('is sent from a byte on, with the length of the rest and without the digest of the whole', async () => {
    await using server = await fileServer(serve({ file }))
    await using sink = await receiver()
    const { shop, files, close } = await between(server.url, sink.url)
    const append = shop.target({
      name: 'append',
      method: 'PATCH',
      path: '/f',
      effect: 'idempotent',
      body: fileBody(files, (start: number) => ({
        file: files.ref('1', FACTS),
        start,
        digest: 'Repr-Digest',
      })),
    })
    await append.run(9990)
    expect(sink.came).toMatchObject([{ body: file.subarray(9990), headers: { 'content-length': '10' } }])
    expect(sink.came[0]!.headers).not.toHaveProperty('repr-digest')
    close()
  })

  test('of other bytes than its reference says never becomes whole at the receiver', async () => {
    await using server = await fileServer(serve({ file: Buffer.alloc(10_000) }))
    await using sink = await receiver()
    const { shop, files, close } = await between(server.url, sink.url)
    const put = shop.target({
      name: 'put',
      method: 'PUT',
      path: '/f',
      effect: 'idempotent',
      body: fileBody(files),
    })
    const result = await put.call(files.ref('1', FACTS))
    expect(result).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'digest', destination: 'dam' } })
    expect(sink.came.every((came) => !came.whole)).toBe(true)
    close()
  })

  test('of another provider is not opened', async () => {
    const { shop, files, close } = await between('http://127.0.0.1:1', 'http://127.0.0.1:2')
    const put = shop.target({
      name: 'put',
      method: 'PUT',
      path: '/f',
      effect: 'unsafe',
      body: fileBody(files),
    })
    const result = await put.call({ provider: 'cms', id: '1', version: '1' })
    expect(result).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(String((result as { left: Error }).left.cause)).toContain(
      'of the provider "dam", got one of "cms"',
    )
    close()
  })

  test('brings the failures of its files, and their settings, which are checked at start', async () => {
    const dam = http({
      name: 'dam',
      baseUrl: config({ DAM_OF_FILES_URL: url }).DAM_OF_FILES_URL,
      refine: (failed) => (failed._tag === 'NotFound' ? new Gone({ status: 404 }) : undefined),
    })
    const shop = http({ name: 'shop', baseUrl: 'https://shop.test' })
    const put = shop.target({
      name: 'put',
      method: 'PUT',
      path: '/f',
      effect: 'idempotent',
      body: fileBody(httpFiles(dam, { path: '/f' })),
    })
    expectTypeOf(put).toExtend<HttpTarget<FileRef, void, CallFailure | Gone>>()
    // @ts-expect-error the files' own failure is among those of the target
    expectTypeOf(put).toExtend<HttpTarget<FileRef, void, CallFailure>>()
    const runtime = createRuntime({
      flows: [flow('f').input<FileRef>().to(put).otherwise(deadLetter())],
      journal: memoryJournal(),
    })
    await expect(runtime.start()).rejects.toThrow('DAM_OF_FILES_URL')
  })
})
