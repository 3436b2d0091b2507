import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { failure } from '@xconnector/core'
import { apiKey } from '@xconnector/http'
import { vip, type SentFile, type Vip, type VipOptions } from '../../src/index.js'
import { bareTus, type BareTus } from '../support/bare-tus.js'
import { hop } from '../support/hop.js'
import { breaking, MemoryFiles, sha256Of } from '../support/memory-files.js'

const MIB = 1024 * 1024

class DiskGone extends failure('DiskGone', 'transient')<object> {}

const clientOf = (tus: BareTus, files: MemoryFiles, options: Partial<VipOptions> = {}): Vip =>
  vip({
    baseUrl: tus.url,
    auth: apiKey({ header: 'x-key', key: 'k' }),
    files,
    profile: { paths: { uploads: '/files' } },
    chunkBytes: MIB,
    destination: { circuit: false },
    ...options,
  })

const fileOf = (files: MemoryFiles, size: number, hashed = false) => {
  const bytes = files.add('f', size)
  return { bytes, file: { ref: files.ref('f', '1', hashed), name: 'grüße.bin', type: 'application/zip' } }
}

const rightOf = (result: { _tag: string; right?: SentFile; left?: unknown }): SentFile => {
  if (result.right === undefined) throw new Error(String(result.left))
  return result.right
}

describe('a bare tus server', () => {
  test('gets a file chunk by chunk, from one stream, with its hash made on the way', async () => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { bytes, file } = fileOf(files, 2.5 * MIB)
    const dam = clientOf(tus, files)
    const sent = await dam.uploads.send.run(file)
    expect(sent).toEqual({
      uploadId: expect.stringMatching(/^\w+$/) as string,
      sha256: sha256Of(bytes),
      size: bytes.length,
      sentBytes: bytes.length,
    })
    expect((await tus.bytes(sent.uploadId)).equals(bytes)).toBe(true)
    expect(tus.requests).toEqual(['POST', 'PATCH 0', `PATCH ${MIB}`, `PATCH ${2 * MIB}`])
    expect(files.opened.map(({ start }) => start)).toEqual([0])
    expect(files.allClosed).toBe(true)
    dam.close()
  })

  test.each([
    ['of a file whose hash is not known', false],
    ['of a file whose hash is known', true],
  ])('goes on after a cut from what has arrived, %s', async (_, hashed) => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { bytes, file } = fileOf(files, 4 * MIB, hashed)
    const dam = clientOf(tus, files)
    tus.cutAfter(2.5 * MIB)
    const sent = rightOf(await dam.uploads.send.call(file, hop().attempt()))
    expect(sent.sha256).toBe(sha256Of(bytes))
    expect((await tus.bytes(sent.uploadId)).equals(bytes)).toBe(true)
    // No more than the one chunk that was on its way is sent again.
    expect(sent.sentBytes).toBeLessThanOrEqual(5 * MIB)
    expect(tus.requests.filter((r) => r === 'POST')).toHaveLength(1)
    // The bytes before the last chunk are not even read again.
    const [first, second] = files.opened
    expect(first!.start).toBe(0)
    expect(second!.start).toBeGreaterThanOrEqual(2 * MIB)
    expect(files.allClosed).toBe(true)
    dam.close()
  })

  test.each([
    ['of a file whose hash is not known is read from its start for the hash', false],
    ['of a file whose hash is known is read from there', true],
  ])('goes on after a restart of the process with another client: what is left %s', async (_, hashed) => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { bytes, file } = fileOf(files, 4 * MIB, hashed)
    const work = hop()
    // The process dies with two chunks delivered and the third on its way.
    const dying = new AbortController()
    const first = clientOf(tus, files)
    files.next.push((all) => breaking(2.5 * MIB, new Error('killed'))(all))
    await first.uploads.send.call(file, work.attempt(dying.signal)).catch(() => {})
    first.close()
    const before = tus.requests.length
    const second = clientOf(tus, files)
    const sent = rightOf(await second.uploads.send.call(file, work.attempt()))
    expect((await tus.bytes(sent.uploadId)).equals(bytes)).toBe(true)
    expect(sent.sha256).toBe(sha256Of(bytes))
    expect(tus.requests.slice(before)).toContain('HEAD')
    expect(tus.requests.slice(before)).not.toContain('POST')
    expect(sent.sentBytes).toBeLessThanOrEqual(2 * MIB)
    expect(files.opened.at(-1)!.start).toBe(hashed ? 4 * MIB - sent.sentBytes : 0)
    expect(files.allClosed).toBe(true)
    second.close()
  })

  test('that was sent a whole file is not sent it again, whose hash is remembered', async () => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { bytes, file } = fileOf(files, MIB)
    const work = hop()
    const dam = clientOf(tus, files)
    await dam.uploads.send.call(file, work.attempt())
    const again = rightOf(await dam.uploads.send.call(file, work.attempt()))
    expect(again).toMatchObject({ sha256: sha256Of(bytes), sentBytes: 0 })
    expect(files.opened).toHaveLength(1)
    // It died before the hash was remembered: the file is read once more, and nothing is sent.
    work.remembered.delete('vip sha256 1')
    expect(rightOf(await dam.uploads.send.call(file, work.attempt()))).toEqual(again)
    expect(files.opened).toHaveLength(2)
    expect(tus.requests.filter((r) => r.startsWith('PATCH'))).toHaveLength(1)
    dam.close()
  })

  test('that forgot the upload gets a new one; one that forgets each is UploadLost', async () => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { bytes, file } = fileOf(files, MIB)
    const work = hop()
    const dam = clientOf(tus, files)
    const first = rightOf(await dam.uploads.send.call(file, work.attempt()))
    await tus.forget(first.uploadId)
    const second = rightOf(await dam.uploads.send.call(file, work.attempt()))
    expect(second.uploadId).not.toBe(first.uploadId)
    expect((await tus.bytes(second.uploadId)).equals(bytes)).toBe(true)
    for (let n = 1; n <= 5; n++) work.remembered.set(`vip upload ${n}`, { path: '/files/none', query: {} })
    expect(await dam.uploads.send.call(file, work.attempt())).toMatchObject({
      left: { _tag: 'UploadLost', kind: 'permanent' },
    })
    dam.close()
  })

  test('whose offset is another one is asked for it', async () => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { bytes, file } = fileOf(files, 3 * MIB)
    const work = hop()
    const dam = clientOf(tus, files)
    // Somebody else appends the second chunk while the first is being sent.
    let raced = false
    const other = clientOf(tus, files, {
      auth: {
        headers: [],
        async credentials() {
          if (!raced && tus.requests.length === 2) {
            raced = true
            await dam.uploads.send.call(file, work.attempt())
          }
          return { headers: {}, secrets: [] }
        },
      },
    })
    const sent = rightOf(await other.uploads.send.call(file, work.attempt()))
    expect((await tus.bytes(sent.uploadId)).equals(bytes)).toBe(true)
    expect(sent.sha256).toBe(sha256Of(bytes))
    expect(raced).toBe(true)
    dam.close()
    other.close()
  })
})

describe('a place that is not below the base URL', () => {
  test.each([
    'http://evil.test/files/1',
    '//evil.test/files/1',
    'https://127.0.0.1/files/1',
    'http://user@127.0.0.1/files/1',
  ])('%s is UploadElsewhere, and gets nothing', async (location) => {
    await using tus = await bareTus({ location })
    const files = new MemoryFiles()
    const { file } = fileOf(files, MIB)
    const dam = clientOf(tus, files)
    expect(await dam.uploads.send.call(file)).toMatchObject({
      left: { _tag: 'UploadElsewhere', kind: 'permanent' },
    })
    expect([tus.requests, files.opened]).toEqual([['POST'], []])
    dam.close()
  })
})

describe('a file that is not what it was said to be', () => {
  test('without a size is SizeUnknown, and nothing is sent', async () => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { file } = fileOf(files, 10)
    const { size, ...ref } = file.ref
    const dam = clientOf(tus, files)
    expect(await dam.uploads.send.call({ ...file, ref })).toMatchObject({
      left: { _tag: 'SizeUnknown', kind: 'permanent' },
    })
    expect([size, tus.requests]).toEqual([10, []])
    dam.close()
  })

  test.each([
    ['more', 1.5 * MIB - 1],
    ['fewer', 1.5 * MIB + 1],
  ])('with %s bytes is SizeMismatch, and its upload is terminated', async (than, size) => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { file } = fileOf(files, 1.5 * MIB)
    const dam = clientOf(tus, files)
    const result = await dam.uploads.send.call({ ...file, ref: { ...file.ref, size } })
    expect(result).toMatchObject({
      left: { _tag: 'SizeMismatch', message: expect.stringContaining(`has ${than} bytes`) as string },
    })
    expect(tus.requests.at(-1)).toBe('DELETE')
    expect(files.allClosed).toBe(true)
    dam.close()
  })

  test('that breaks with a failure of its provider fails with that; with anything else, as a step', async () => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { file } = fileOf(files, 2 * MIB)
    const dam = clientOf(tus, files)
    files.next.push(breaking(MIB + 1, new DiskGone({})), breaking(5, new Error('EIO')))
    expect(await dam.uploads.send.call(file)).toMatchObject({ left: { _tag: 'DiskGone' } })
    expect(await dam.uploads.send.call(file)).toMatchObject({ left: { _tag: 'StepFailed' } })
    files.next.push(() => {
      throw new DiskGone({})
    })
    expect(await dam.uploads.send.call(file)).toMatchObject({ left: { _tag: 'DiskGone' } })
    expect(files.allClosed).toBe(true)
    dam.close()
  })

  test('of an unknown provider fails as a step', async () => {
    await using tus = await bareTus()
    const files = new MemoryFiles()
    const { file } = fileOf(files, 10)
    const dam = clientOf(tus, files)
    expect(await dam.uploads.send.call({ ...file, ref: { ...file.ref, provider: 'nowhere' } })).toMatchObject(
      { left: { _tag: 'StepFailed', message: expect.stringContaining('nowhere') as string } },
    )
    dam.close()
  })
})

test('who gives up ends the upload and closes the file', async () => {
  await using tus = await bareTus()
  const files = new MemoryFiles()
  const { file } = fileOf(files, 8 * MIB)
  const dam = clientOf(tus, files)
  const giving = new AbortController()
  files.next.push((bytes) => {
    giving.abort(new Error('enough'))
    return breaking(Infinity, new Error())(bytes)
  })
  await expect(dam.uploads.send.call(file, { signal: giving.signal })).rejects.toThrow('enough')
  expect(files.allClosed).toBe(true)
  dam.close()
})

test('a file that gives nothing and looks at no signal holds nobody up who gives up', async () => {
  await using tus = await bareTus()
  const files = new MemoryFiles()
  const { file } = fileOf(files, 3 * MIB)
  const dam = clientOf(tus, files)
  const work = hop()
  const silent = (giving: AbortController) => () =>
    new Readable({ read: () => void setImmediate(() => giving.abort(new Error('enough'))) })
  // While it is read again up to where VIP has it, and while it is read for its hash alone.
  files.next.push(breaking(2.5 * MIB, new DiskGone({})))
  await dam.uploads.send.call(file, work.attempt())
  const first = new AbortController()
  files.next.push(silent(first))
  await expect(dam.uploads.send.call(file, work.attempt(first.signal))).rejects.toThrow('enough')
  rightOf(await dam.uploads.send.call(file, work.attempt()))
  work.remembered.delete('vip sha256 1')
  const second = new AbortController()
  files.next.push(silent(second))
  await expect(dam.uploads.send.call(file, work.attempt(second.signal))).rejects.toThrow('enough')
  expect(files.allClosed).toBe(true)
  dam.close()
})
