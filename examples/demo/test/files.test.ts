import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FORMATS } from '../src/files/formats.ts'
import { makeFiles } from '../src/files/make-files.ts'
import { SeededNoise } from '../src/files/seeded-noise.ts'
import type { Manifest } from '../src/shared/manifest.ts'

const LARGE_BYTES = 24_000_000
const folder = mkdtempSync(join(tmpdir(), 'xconnector-demo-files-'))
const made = (name: string, seed: string, assets: number, largeBytes: number): Promise<Manifest> =>
  makeFiles({ folder: join(folder, name), seed, assets, largeBytes })
const textAt = (bytes: Buffer, at: number, length: number): string =>
  bytes.toString('latin1', at, at + length)

describe('the files of the demo', () => {
  let manifest: Manifest
  beforeAll(async () => {
    manifest = await made('first', 'a seed', 24, LARGE_BYTES)
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  test('are of seven formats, each known by its magic bytes', () => {
    for (const file of manifest.files) {
      const format = FORMATS.find(({ mediaType }) => mediaType === file.mediaType)!
      const { at, bytes } = format.magic
      expect(textAt(readFileSync(file.path), at, bytes.length), file.filename).toBe(bytes)
    }
    expect(new Set(manifest.files.map(({ mediaType }) => mediaType)).size).toBe(7)
    expect(new Set(manifest.files.map(({ kind }) => kind))).toEqual(
      new Set(['image', 'document', 'video', 'audio', 'archive']),
    )
  })

  test('are as large and have the sha256 that the manifest says, and no two are alike', () => {
    for (const { path, size, sha256 } of manifest.files) {
      const bytes = readFileSync(path)
      expect(bytes.length).toBe(size)
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
    }
    expect(new Set(manifest.files.map(({ sha256 }) => sha256)).size).toBe(manifest.files.length)
  })

  test('are from 20 KB to 2 MB but for the large one, and mostly small', () => {
    const [large, ...others] = manifest.files.map(({ size }) => size)
    expect(large).toBeGreaterThanOrEqual(LARGE_BYTES)
    expect(Math.min(...others)).toBeGreaterThanOrEqual(20_000)
    expect(Math.max(...others)).toBeLessThan(2_000_000)
    expect(others.filter((size) => size < 200_000).length).toBeGreaterThan(others.length / 2)
  })

  test('hold one whose gzip is 95 % of its size at least', () => {
    const bytes = readFileSync(manifest.files[0]!.path)
    expect(gzipSync(bytes, { level: 6 }).length / bytes.length).toBeGreaterThanOrEqual(0.95)
  })

  test('repeat nothing: no block of 4 KiB of the large one is there twice', () => {
    const bytes = readFileSync(manifest.files[0]!.path)
    const blocks = Array.from({ length: Math.floor(bytes.length / 4096) }, (_, i) =>
      createHash('sha1')
        .update(bytes.subarray(4096 * i, 4096 * (i + 1)))
        .digest('hex'),
    )
    expect(new Set(blocks).size).toBe(blocks.length)
  })

  test('count versions of an asset from 1, some of which have two', () => {
    const versions = new Map<number, number[]>()
    for (const { asset, version } of manifest.files)
      versions.set(asset, [...(versions.get(asset) ?? []), version])
    expect(versions.size).toBe(24)
    const counts = [...versions.values()].map((of) => of.join())
    expect(new Set(counts)).toEqual(new Set(['1', '1,2']))
  })

  test('are the same for the same seed, and others for another', async () => {
    const sums = async (name: string, seed: string): Promise<readonly string[]> =>
      (await made(name, seed, 9, 3_000_000)).files.map(({ sha256 }) => sha256)
    const before = await sums('second', 'a seed')
    expect(await sums('third', 'a seed')).toEqual(before)
    const other = new Set(await sums('fourth', 'another seed'))
    expect(before.filter((sum) => other.has(sum))).toEqual([])
  })
})

describe('seeded noise', () => {
  test('is the same for the same seed, in whatever pieces it is drawn', () => {
    const words = (noise: SeededNoise): readonly number[] => Array.from({ length: 3000 }, () => noise.word())
    expect(words(new SeededNoise('x'))).toEqual(words(new SeededNoise('x')))
    expect(words(new SeededNoise('x'))).not.toEqual(words(new SeededNoise('y')))
  })

  test('spreads evenly', () => {
    const noise = new SeededNoise('spread')
    const counts = new Uint32Array(16)
    for (let i = 0; i < 16_000; i++) counts[noise.below(16)]!++
    expect(Math.min(...counts)).toBeGreaterThan(850)
    expect(Math.max(...counts)).toBeLessThan(1150)
  })
})
