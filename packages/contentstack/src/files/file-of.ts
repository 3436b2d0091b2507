import type { FileRef } from '@xconnector/core'
import type { AssetFields } from '../content/asset.js'

/** What of an asset leads to its file. */
export type AssetWithFile = Pick<AssetFields, 'url' | '_version' | 'file_size'>

/** The file of an asset in its version, by reference: its URL, its version, and its size where the asset tells it. */
export const fileOf = (provider: string, { url, _version, file_size: size }: AssetWithFile): FileRef => ({
  provider,
  id: url,
  version: String(_version),
  ...(/^\d{1,15}$/.test(String(size)) && { size: Number(size) }),
})
