import { describe, expect, test } from 'vitest'
import { publications, type Publication } from '../src/cms/publications.ts'
import { assetUid } from '../src/cms/uids.ts'
import type { Manifest, ManifestFile } from '../src/shared/manifest.ts'

const file = (asset: number, version: number): ManifestFile => ({
  asset,
  version,
  filename: 'a.png',
  mediaType: 'image/png',
  kind: 'image',
  path: '/nowhere',
  size: 1,
  sha256: '',
})
const manifest = (seed: string): Manifest => ({
  seed,
  files: Array.from({ length: 40 }, (_, i) => i).flatMap((i) =>
    i % 5 === 1 ? [file(i, 1), file(i, 2)] : [file(i, 1)],
  ),
})
const newest = (all: readonly Publication[]): ReadonlyMap<string, number> => {
  const found = new Map<string, number>()
  for (const { thing, version } of all) found.set(thing, Math.max(version, found.get(thing) ?? 0))
  return found
}

describe('the publications of a run', () => {
  const { stream, late, repeats, overtaken } = publications(manifest('1'), 300)

  test('hold all versions of all entries and assets, from 1 without a gap', () => {
    const all = new Map([...stream, ...late].map((p) => [p.id, p]))
    for (const [thing, most] of newest([...all.values()])) {
      const versions = [...all.values()].filter((p) => p.thing === thing).map(({ version }) => version)
      expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: most }, (_, i) => i + 1))
    }
    const uids = (type: Publication['type']): number =>
      new Set([...all.values()].filter((p) => p.type === type).map(({ uid }) => uid)).size
    expect(uids('entry.publish')).toBe(300)
    expect(uids('asset.publish')).toBe(40)
  })

  test('have late ones, of entries and of assets, of all of which a newer version is in the stream', () => {
    const before = newest(stream)
    expect(new Set(late.map(({ type }) => type))).toEqual(new Set(['entry.publish', 'asset.publish']))
    for (const { thing, version } of late) expect(before.get(thing)).toBeGreaterThan(version)
  })

  test('have some twice and some after a newer version', () => {
    expect(stream.length - new Set(stream.map(({ id }) => id)).size).toBe(repeats)
    expect(repeats).toBeGreaterThan(5)
    expect(overtaken).toBeGreaterThan(0)
  })

  test('have the large file, the first of the manifest, in the first fifth', () => {
    const at = stream.findIndex(({ uid }) => uid === assetUid('1', 0))
    expect(at).toBeGreaterThan(0)
    expect(at).toBeLessThan(stream.length / 5)
  })

  test('are the same for the same seed, and others for another', () => {
    const ids = (seed: string): readonly string[] => publications(manifest(seed), 300).stream.map((p) => p.id)
    expect(ids('1')).toEqual(ids('1'))
    expect(ids('2')).not.toEqual(ids('1'))
  })
})
