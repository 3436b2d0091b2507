import type { VipFile } from '../model/vip-asset.js'

/** The value of `Upload-Metadata` (tus 1.0.0): keys, each with its value in base64. */
export const uploadMetadata = ({ name, type, ref }: VipFile): string =>
  Object.entries({ filename: name, filetype: type, ...(ref.sha256 !== undefined && { sha256: ref.sha256 }) })
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')
