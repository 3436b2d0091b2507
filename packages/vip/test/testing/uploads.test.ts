import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request as nodeRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Upload, type DetailedError } from 'tus-js-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { seededRandom } from '@xconnector/core'
import { virtualClock } from '@xconnector/core/testing'
import { contract, vipServer, type Listening, type VipServer } from '@xconnector/vip/testing'
import { clientOf, sha256 } from './client.js'

const shared = contract()
const MIB = 1 << 20

const randomBytes = (length: number, seed: number): Buffer => {
  const random = seededRandom(seed)
  const words = new Uint32Array(Math.ceil(length / 4)).map(() => random.next() * 2 ** 32)
  return Buffer.from(words.buffer, 0, length)
}

let server: VipServer
let listening: Listening
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uploads-'))
  server = vipServer({ contract: shared, directory })
  listening = await server.listen()
})
afterEach(async () => {
  await server.close()
  await rm(directory, { recursive: true })
})

const patches = () => server.log.filter(({ method }) => method === 'PATCH')
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

/** Uploads by tus-js-client; gives the upload's URL. */
const byTusJs = (bytes: Buffer, options: object = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: `${listening.url}/uploads`,
      headers: { Authorization: `Bearer ${server.token}` },
      metadata: { filename: 'hero.bin', filetype: 'application/octet-stream', sha256: sha256(bytes) },
      retryDelays: [0, 10, 10],
      onError: reject,
      onSuccess: () => resolve(upload.url!),
      ...options,
    })
    upload.start()
  })

/** The file behind an upload, by way of a version of it. */
const storedBytes = async (url: string, bytes: Buffer): Promise<Buffer> => {
  const client = clientOf(server)
  const { id } = await client.create('a')
  const file = { uploadId: url.slice(url.lastIndexOf('/') + 1), sha256: sha256(bytes) }
  const made = await client.call('POST', `/assets/${id}/versions`, { file }, { 'idempotency-key': '"k"' })
  expect(made.status).toBe(202)
  await server.processed()
  const [held] = server.files(id)
  expect(held).toMatchObject({ current: true, version: { status: 'ready', filename: 'hero.bin' } })
  return readFile(held!.path)
}

describe('tus-js-client', () => {
  test('uploads a file in chunks, and the file that arrives is the same', async () => {
    const bytes = randomBytes(5 * MIB + 17, 1)
    const url = await byTusJs(bytes, { chunkSize: 2 * MIB })
    expect(url.startsWith(`${listening.url}/uploads/upl_`)).toBe(true)
    expect((await storedBytes(url, bytes)).equals(bytes)).toBe(true)
    expect(patches().map((each) => [each.uploadOffset, each.bytes, each.status])).toEqual([
      [0, 2 * MIB, 204],
      [2 * MIB, 2 * MIB, 204],
      [4 * MIB, MIB + 17, 204],
    ])
    expect(server.violations).toEqual([])
  })

  test('resumes after a cut where the bytes that arrived end, and sends none of them again', async () => {
    server.fail({ method: 'PATCH', skip: 1, cutAfter: 700_001 })
    const bytes = randomBytes(4 * MIB, 2)
    const url = await byTusJs(bytes, { chunkSize: 2 * MIB })
    expect((await storedBytes(url, bytes)).equals(bytes)).toBe(true)
    expect(patches()[1]).toMatchObject({ status: 0, bytes: 700_001 })
    expect(patches()[2]).toMatchObject({ uploadOffset: 2 * MIB + 700_001 })
    expect(sum(patches().map((each) => each.bytes))).toBe(bytes.length)
  })

  test('goes on after 503s, and after an answer that was lost', async () => {
    server.fail({ method: 'PATCH', status: 503, times: 2 }, { method: 'PATCH', skip: 1, lose: 'answer' })
    const bytes = randomBytes(2 * MIB, 3)
    const url = await byTusJs(bytes, { chunkSize: MIB })
    expect((await storedBytes(url, bytes)).equals(bytes)).toBe(true)
    expect(patches().map((each) => each.status)).toEqual([503, 503, 0, 204])
  })

  test('sends bytes with the creation', async () => {
    const bytes = randomBytes(1000, 4)
    const url = await byTusJs(bytes, { uploadDataDuringCreation: true })
    expect((await storedBytes(url, bytes)).equals(bytes)).toBe(true)
    expect(server.violations).toEqual([])
  })

  test('terminates an upload, which is then unknown', async () => {
    const url = await byTusJs(randomBytes(10, 5))
    await Upload.terminate(url, { headers: { Authorization: `Bearer ${server.token}` } })
    const client = clientOf(server)
    expect((await client.call('HEAD', pathOf(url))).status).toBe(404)
    expect((await client.call('GET', pathOf(url))).status).toBe(404)
  })

  test('is refused without the token, and is told so however much it sends', async () => {
    const failed = byTusJs(randomBytes(10, 6), { headers: {}, retryDelays: null })
    const error = await failed.catch((e: DetailedError) => e)
    expect((error as DetailedError).originalResponse!.getStatus()).toBe(401)
    const { url } = listening
    const sent = fetch(`${url}/uploads/upl_0001`, { method: 'PATCH', body: randomBytes(20 * MIB, 6) })
    expect((await sent).status).toBe(401)
  })
})

const pathOf = (url: string) => url.slice(url.indexOf('/uploads/'))

describe('A client that dies in the middle of a PATCH', () => {
  test('leaves every byte that arrived, and its successor goes on from there', async () => {
    const client = clientOf(server)
    const bytes = randomBytes(3 * MIB, 7)
    const made = await client.call('POST', '/uploads', undefined, { 'upload-length': String(bytes.length) })
    const path = pathOf(made.headers.get('location')!)
    const socketSent = await dieAfter(listening.url + path, bytes, 2 * MIB)
    expect(socketSent).toBe(2 * MIB)
    await vi.waitUntil(() => patches().length > 0, { timeout: 20_000 })
    const { bytes: arrived, status } = patches()[0]!
    expect(status).toBe(0)
    // What lay in the server's buffers when the connection ended has not arrived.
    expect(arrived).toBeGreaterThan(MIB)
    expect(arrived).toBeLessThanOrEqual(2 * MIB)
    const head = await client.call('HEAD', path)
    expect(head.headers.get('upload-offset')).toBe(String(arrived))
    const rest = await client.call('PATCH', path, bytes.subarray(arrived), {
      'upload-offset': String(arrived),
    })
    expect(rest.status).toBe(204)
    expect((await client.call('GET', path)).body).toMatchObject({ status: 'complete', offset: bytes.length })
  })

  test('and whose connection is reset leaves what had arrived by then, and nothing else', async () => {
    const client = clientOf(server)
    const bytes = randomBytes(8 * MIB, 9)
    const made = await client.call('POST', '/uploads', undefined, { 'upload-length': String(bytes.length) })
    const path = pathOf(made.headers.get('location')!)
    server.fail({ method: 'PATCH', bytesPerSecond: 40 * MIB })
    const request = patch(listening.url + path, bytes.length)
    request.on('error', () => {})
    request.write(bytes.subarray(0, 6 * MIB))
    await vi.waitUntil(() => (request.socket?.bytesWritten ?? 0) > MIB, { interval: 5, timeout: 20_000 })
    request.socket!.resetAndDestroy()
    await vi.waitUntil(() => patches().length > 0, { timeout: 20_000 })
    const { bytes: arrived, status } = patches()[0]!
    expect(status).toBe(0)
    expect(arrived).toBeLessThan(6 * MIB + 1)
    expect((await client.call('HEAD', path)).headers.get('upload-offset')).toBe(String(arrived))
    await client.call('PATCH', path, bytes.subarray(arrived), { 'upload-offset': String(arrived) })
    expect((await client.call('GET', path)).body).toMatchObject({ status: 'complete' })
    expect((await readFile(join(directory, path.slice('/uploads/'.length)))).equals(bytes)).toBe(true)
  })
})

/** Sends the first bytes of a PATCH of all, and drops the connection once they have left. */
const dieAfter = (url: string, bytes: Buffer, count: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = patch(url, bytes.length)
    request.on('error', reject)
    request.write(bytes.subarray(0, count), () => {
      // What has left is read by the other side before the end of the connection is.
      request.socket!.end(() => resolve(count))
      request.off('error', reject).on('error', () => {})
    })
  })

describe('An upload', () => {
  const create = (length: number, more: Record<string, string> = {}) =>
    clientOf(server).call('POST', '/uploads', undefined, { 'upload-length': String(length), ...more })

  test('is refused bytes at another offset, with the code of that', async () => {
    const client = clientOf(server)
    const path = pathOf((await create(10)).headers.get('location')!)
    const refused = await client.call('PATCH', path, Buffer.alloc(5), { 'upload-offset': '3' })
    expect(refused).toMatchObject({ status: 409, body: { code: 'offset_mismatch' } })
    expect((await client.call('HEAD', path)).headers.get('upload-offset')).toBe('0')
  })

  test('is refused more bytes than were announced', async () => {
    const path = pathOf((await create(10)).headers.get('location')!)
    const refused = await clientOf(server).call('PATCH', path, Buffer.alloc(11), { 'upload-offset': '0' })
    expect(refused).toMatchObject({ status: 413, body: { code: 'content_too_large' } })
  })

  test('is 410 once its bytes are gone', async () => {
    const client = clientOf(server)
    const path = pathOf((await create(10)).headers.get('location')!)
    await server.expireUpload(path.slice('/uploads/'.length))
    expect((await client.call('HEAD', path)).status).toBe(410)
    expect((await client.call('GET', path)).body).toMatchObject({ code: 'gone' })
  })

  test('refuses another version of tus by 412, and another media type by 415', async () => {
    const client = clientOf(server)
    const path = pathOf((await create(10)).headers.get('location')!)
    const offset = { 'upload-offset': '0' }
    const old = await client.call('PATCH', path, Buffer.alloc(1), { ...offset, 'tus-resumable': '0.2.2' })
    expect(old).toMatchObject({ status: 412, body: { code: 'precondition_failed' } })
    const typed = await client.call('PATCH', path, Buffer.alloc(1), {
      ...offset,
      'content-type': 'image/png',
    })
    expect(typed).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
  })

  test('cannot be terminated, nor become another version, once it is a version', async () => {
    const client = clientOf(server)
    const { id } = await client.create('a')
    const bytes = Buffer.from('once')
    const uploadId = await client.upload(bytes)
    const body = { file: { uploadId, sha256: sha256(bytes) } }
    const attach = (key: string) =>
      client.call('POST', `/assets/${id}/versions`, body, { 'idempotency-key': key })
    const both = await Promise.all([attach('"a"'), attach('"b"')])
    expect(both.map((each) => each.status).toSorted((x, y) => x - y)).toEqual([202, 409])
    expect(await attach('"c"')).toMatchObject({ status: 409, body: { code: 'upload_attached' } })
    expect(await client.call('DELETE', `/uploads/${uploadId}`)).toMatchObject({ status: 409 })
    expect((await client.call('GET', `/uploads/${uploadId}`)).body).toMatchObject({ status: 'attached' })
  })

  test('is read no faster than a slow server reads', async () => {
    server.fail({ method: 'PATCH', bytesPerSecond: 10 * MIB })
    const at = server.log.length
    await byTusJs(randomBytes(MIB, 8))
    const patch = server.log.slice(at).find(({ method }) => method === 'PATCH')!
    expect(patch.ms).toBeGreaterThanOrEqual(90)
  })

  test('is not read ahead of the disk: a sender is held back', async () => {
    // Its clock stands still, so the server never gets past the first bytes.
    await using stalled = vipServer({
      contract: shared,
      clock: virtualClock(),
      faults: [{ method: 'PATCH', bytesPerSecond: 1 }],
    })
    const { url } = await stalled.listen()
    const made = await clientOf(stalled).call('POST', '/uploads', undefined, {
      'upload-length': String(256 * MIB),
    })
    const block = Buffer.alloc(MIB, 1)
    let taken = 0
    const source = Readable.from(
      (function* () {
        for (; taken < 256; taken++) yield block
      })(),
    )
    const request = patch(url + pathOf(made.headers.get('location')!), 256 * MIB)
    request.on('error', () => {})
    source.pipe(request)
    let [before, still] = [0, 0]
    await vi.waitUntil(
      () => {
        still = taken === before ? still + 1 : 0
        before = taken
        return taken > 0 && still === 10
      },
      { interval: 10, timeout: 10_000 },
    )
    source.destroy()
    request.destroy()
    // The sockets' own buffers take some megabytes, of which the machine decides.
    expect(taken).toBeLessThan(64)
  })
})

const patch = (url: string, length: number) =>
  nodeRequest(url, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${server.token}`,
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      'content-length': length,
    },
  })
