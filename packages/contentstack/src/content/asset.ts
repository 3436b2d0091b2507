import type { Json } from '@xconnector/core'
import * as t from 'io-ts'

/** What every asset carries. Folders of assets are none. */
export interface AssetFields {
  readonly uid: string
  /** From 1: a replaced file and changed metadata both count. */
  readonly _version: number
  /** The file's name. */
  readonly filename: string
  /** Where the file of this version is. */
  readonly url: string
  /** The file's media type: `image/png`. */
  readonly content_type: string
  /** Bytes, as text. */
  readonly file_size: string | number
}

/** An asset as Contentstack sends it. */
export type Asset = AssetFields & { readonly [field: string]: Json }

/** An asset of which only the uid is sure: a deleted one. */
export type AssetTrace = Pick<AssetFields, 'uid'> &
  Partial<Omit<AssetFields, 'uid'>> & { readonly [field: string]: Json | undefined }

const fileSize = t.union([t.string, t.number], 'a size')

export const AssetCodec: t.Type<Asset> = t.type(
  {
    uid: t.string,
    _version: t.number,
    filename: t.string,
    url: t.string,
    content_type: t.string,
    file_size: fileSize,
  },
  'Asset',
)

export const AssetTraceCodec: t.Type<AssetTrace> = t.intersection(
  [
    t.type({ uid: t.string }),
    t.partial({
      _version: t.number,
      filename: t.string,
      url: t.string,
      content_type: t.string,
      file_size: fileSize,
    }),
  ],
  'Asset',
)
