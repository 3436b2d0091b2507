import type { FileRef } from '@xconnector/core'
import type { Approval } from './approval.js'
import type { AssetKind } from './asset.js'
import type { Metadata } from './metadata.js'
import type { Rights } from './rights.js'
import type { SourceRef } from './source-ref.js'

/** A file to be sent. */
export interface VipFile {
  /** Opened by its provider, streamed. Its `size` is needed; with a `sha256` nothing is read twice. */
  readonly ref: FileRef
  /** The file's name, as people see it. */
  readonly name: string
  /** Its media type: `image/png`. */
  readonly type: string
}

/** The record of an asset: what it is, without its file. */
export interface AssetRecord {
  readonly source: SourceRef
  readonly kind: AssetKind
  readonly metadata: Metadata
  readonly rights: Rights
}

/** When an asset goes out, and until when. RFC 3339 in UTC. */
export interface Publishing {
  /** Left out or past: at once. */
  readonly at?: string
  readonly until?: string
}

/** An asset as it is put: its record, and what is to become of it. */
export interface VipAsset extends AssetRecord {
  /** Left out: the versions stay as they are. */
  readonly file?: VipFile
  readonly version?: { readonly label?: string }
  /** The decision on the version. */
  readonly approval?: Approval
  /** Publishes the version, which must be approved. Left out: whatever is published stays so. */
  readonly publish?: true | Publishing
}

/** What became of an asset that was put. */
export interface Placed {
  readonly assetId: string
  readonly versionId?: string
  /** Of the asset, at the end. */
  readonly revision: number
  readonly status: string
  /** Of the version: lower-case hex. */
  readonly sha256?: string
  /** Bytes of the file that this run sent: 0 where VIP had it already. */
  readonly sentBytes: number
}
