import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { seededRandom, type FileRef } from '@xconnector/core'
import { AssetCodec, type Asset } from '../../src/content/asset.js'
import type { FakeEvent, FakeStack } from '../../src/testing/index.js'
import { sceneOf } from '../support/scene.js'

const folder = mkdtempSync(join(tmpdir(), 'contentstack-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

const random = seededRandom(7)
const bytes = Buffer.from(Array.from({ length: 200_000 }, () => Math.floor(random.next() * 256)))
const assetIn = (event: FakeEvent): Asset => {
  const { data } = event.bodies.full as unknown as { data: { asset: unknown } }
  const decoded = AssetCodec.decode(data.asset)
  if (decoded._tag === 'Left') throw new Error('the fake gave no asset')
  return decoded.right
}
const saved = (stack: FakeStack, file: Uint8Array = bytes): Asset =>
  assetIn(stack.assets.save({ filename: 'Zoë & co (1).bin', type: 'application/octet-stream', file }))

test('the reference of a file has its URL, its version and its size', async () => {
  await using scene = await sceneOf()
  const asset = saved(scene.stack)
  const { hosts } = { hosts: new URL(asset.url).origin }
  expect(scene.cms.assets.file(asset)).toEqual({
    provider: 'contentstack-files',
    id: asset.url,
    version: '1',
    size: 200_000,
  })
  expect(asset.url.startsWith(`${hosts}/v3/assets/${scene.stack.settings.apiKey}/${asset.uid}/`)).toBe(true)
})

test('a file is streamed, from memory and from disk, byte for byte and without credentials', async () => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const seen: Headers[] = []
  stack.fail({ with: 500, times: 9, match: (request) => (seen.push(request.headers), false) })
  const path = join(folder, 'a.bin')
  writeFileSync(path, bytes)
  const onDisk = stack.assets.save({ filename: 'b.bin', type: 'video/mp4', file: { path } })
  for (const asset of [saved(stack), assetIn(onDisk)])
    expect((await buffer(await cms.files.open(cms.assets.file(asset)))).equals(bytes)).toBe(true)
  expect(
    seen.map((h) => [h.has('api_key'), h.has('authorization'), h.has('access_token'), h.has('range')]),
  ).toEqual([
    [false, false, false, false],
    [false, false, false, false],
  ])
})

test('a file is opened from a start by a range; from its end it is empty, without a request', async () => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const file = cms.assets.file(saved(stack))
  const rest = await buffer(await cms.files.open(file, { start: 150_001 }))
  expect(rest.equals(bytes.subarray(150_001))).toBe(true)
  expect(stack.log.at(-1)).toMatchObject({ api: 'files', status: 206 })
  const asked = stack.log.length
  expect((await buffer(await cms.files.open(file, { start: bytes.length }))).length).toBe(0)
  expect(stack.log.length).toBe(asked)
})

test('a stream that breaks off goes on where it was', async () => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const file = cms.assets.file(saved(stack))
  stack.fail({ with: { cut: 100_000 }, match: '/v3/assets/' })
  const read = await drained(await cms.files.open(file))
  expect(read.failure).toBeUndefined()
  expect(read.bytes.equals(bytes)).toBe(true)
})

test('a stream that breaks off again and again is a typed failure, and the rest is there to be read', async () => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const file = cms.assets.file(saved(stack))
  stack.fail({ with: { cut: 1000 }, match: '/v3/assets/', times: 6 })
  const first = await drained(await cms.files.open(file))
  expect(first.failure).toMatchObject({ _tag: 'ConnectionLost', kind: 'transient' })
  expect(first.bytes.length).toBeLessThan(bytes.length)
  const second = await buffer(await cms.files.open(file, { start: first.bytes.length }))
  expect(Buffer.concat([first.bytes, second]).equals(bytes)).toBe(true)
})

test('a range that is not given as asked for is FileChanged', async () => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const whole = cms.assets.file(saved(stack))
  const other = { ...whole, size: whole.size! + 1 }
  const failures = await Promise.all(
    [cms.files.open(other), cms.files.open(other, { start: 5 })].map(failureOf),
  )
  expect(failures).toMatchObject([
    {
      _tag: 'FileChanged',
      kind: 'permanent',
      version: '1',
      message: expect.stringContaining('has 200000 bytes, not 200001'),
    },
    { _tag: 'FileChanged', message: expect.stringContaining('has 200000 bytes, not 200001') },
  ])
})

test('a file that is gone is NotFound, one beyond its end is Rejected', async () => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const asset = saved(stack)
  const { size: _, ...unsized } = cms.assets.file(asset)
  expect(await failureOf(cms.files.open(unsized, { start: 300_000 }))).toMatchObject({
    _tag: 'Rejected',
    status: 416,
  })
  stack.assets.remove(asset.uid)
  expect(await failureOf(cms.files.open(unsized))).toMatchObject({
    _tag: 'NotFound',
    destination: 'contentstack-files',
  })
})

test.each<[string, (file: FileRef) => FileRef]>([
  ['another host', (file) => ({ ...file, id: 'https://evil.example/v3/assets/a/b/c/d.png' })],
  ['the cloud metadata address', (file) => ({ ...file, id: 'http://169.254.169.254/latest/meta-data' })],
  ['another port', (file) => ({ ...file, id: file.id.replace(/:\d+\//, ':1/') })],
  ['another scheme', (file) => ({ ...file, id: file.id.replace('http:', 'https:') })],
  ['a user in the URL', (file) => ({ ...file, id: file.id.replace('http://', 'http://me:pass@') })],
  [
    'a host that begins like ours',
    (file) => ({ ...file, id: file.id.replace('127.0.0.1', '127.0.0.1.evil.example') }),
  ],
  ['no URL', (file) => ({ ...file, id: '/etc/passwd' })],
  ['another provider', (file) => ({ ...file, provider: 'vip' })],
])('a reference to %s is ForeignFile, and nothing is asked of anyone', async (_, change) => {
  await using scene = await sceneOf()
  const { stack, cms } = scene
  const file = cms.assets.file(saved(stack))
  expect(await failureOf(cms.files.open(change(file)))).toMatchObject({
    _tag: 'ForeignFile',
    kind: 'permanent',
  })
  expect(stack.log).toEqual([])
})

const failureOf = async (opened: Readable | Promise<Readable>): Promise<unknown> => {
  try {
    ;(await opened).destroy()
    return 'it was opened'
  } catch (failure) {
    return failure
  }
}

const drained = async (stream: Readable): Promise<{ readonly bytes: Buffer; readonly failure: unknown }> => {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    return { bytes: Buffer.concat(chunks), failure: undefined }
  } catch (failure) {
    return { bytes: Buffer.concat(chunks), failure }
  }
}
