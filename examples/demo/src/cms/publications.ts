import { chance } from '@xconnector/example-kit/chance'
import { disordered, type Change, type Disorder } from '@xconnector/example-kit/disorder'
import type { Manifest } from '../shared/manifest.ts'
import { assetUid, entryUid } from './uids.ts'

/** One publication of one version of an entry in one language, or of an asset. */
export type Publication = EntryPublication | AssetPublication

export interface EntryPublication extends Change {
  readonly type: 'entry.publish'
  readonly uid: string
  readonly locale: string
}

export interface AssetPublication extends Change {
  readonly type: 'asset.publish'
  readonly uid: string
}

const TRANSLATED = 0.15
// The large file comes early, so that its upload is under way when the service is killed.
const LARGE_AT = 0.05
const ASSETS_UNTIL = 0.8

/**
 * Everything that is published in one run, in disorder: `entries` entries, some of them in two languages, each in one to four
 * versions, and the assets of the manifest among them.
 */
export const publications = (manifest: Manifest, entries: number): Disorder<Publication> => {
  const { seed } = manifest
  const placed: { readonly at: number; readonly publication: Publication }[] = []
  for (let i = 0; i < entries; i++)
    for (const locale of localesOf(seed, i)) {
      const uid = entryUid(seed, i)
      const thing = `${uid}/${locale}`
      for (const { at, version } of timesOf(seed, thing, versionsOf(seed, thing))) {
        const id = `${thing}/${version}`
        placed.push({ at, publication: { type: 'entry.publish', id, thing, version, uid, locale } })
      }
    }
  for (const [asset, versions] of assetsOf(manifest)) {
    const uid = assetUid(seed, asset)
    for (const { at, version } of timesOf(seed, uid, versions)) {
      const id = `${uid}/${version}`
      const publication: Publication = { type: 'asset.publish', id, thing: uid, version, uid }
      placed.push({ at: asset === 0 ? LARGE_AT : ASSETS_UNTIL * at, publication })
    }
  }
  placed.sort((a, b) => a.at - b.at)
  return disordered(
    placed.map((p) => p.publication),
    // There are few assets with two versions: a third of the first ones is late.
    { late: ({ type }) => (type === 'asset.publish' ? 0.34 : 0.06), overtaken: 0.08 },
  )
}

const localesOf = (seed: string, entry: number): readonly string[] =>
  chance(seed, 'translated', entry) < TRANSLATED ? ['en-us', 'de-de'] : ['en-us']

const versionsOf = (seed: string, thing: string): number => {
  const dice = chance(seed, 'versions', thing)
  return dice < 0.5 ? 1 : dice < 0.78 ? 2 : dice < 0.92 ? 3 : 4
}

/** When each version is published, from 0 to 1: one after the other, by chance. */
const timesOf = (
  seed: string,
  thing: string,
  versions: number,
): readonly { readonly at: number; readonly version: number }[] =>
  Array.from({ length: versions }, (_, i) => chance(seed, 'time', thing, i))
    .sort((a, b) => a - b)
    .map((at, i) => ({ at, version: i + 1 }))

const assetsOf = ({ files }: Manifest): ReadonlyMap<number, number> =>
  new Map(files.map(({ asset, version }) => [asset, version]))
