import { createHash } from 'node:crypto'

const uid = (...words: readonly (string | number)[]): string =>
  `blt${createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 16)}`

/** The uid of an entry of a run, by its number. */
export const entryUid = (seed: string, entry: number): string => uid(seed, 'entry', entry)

/** The uid of an asset of a run, by its number in the manifest. */
export const assetUid = (seed: string, asset: number): string => uid(seed, 'asset', asset)
