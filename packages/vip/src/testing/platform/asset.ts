import type { Json } from '@xconnector/core'

/** Where an asset comes from. */
export interface SourceRef {
  readonly system: string
  readonly id: string
  readonly url?: string
  readonly revision?: string
}

/** Where an asset is in its life; the contract tells which status may follow which. */
export type AssetStatus =
  | 'draft'
  | 'ready'
  | 'scheduled'
  | 'published'
  | 'suspended'
  | 'expired'
  | 'retired'
  | 'removed'

/** Rights of an asset, as far as the server reads them. */
export interface Rights {
  readonly status: 'cleared' | 'restricted' | 'hold' | 'unknown'
  readonly permissions: readonly { readonly notAfter?: string; readonly [member: string]: Json | undefined }[]
  readonly revision?: number
  readonly [member: string]: unknown
}

/** What a client puts. */
export interface AssetPut {
  readonly source: SourceRef
  readonly kind: string
  readonly metadata: { readonly [member: string]: Json }
  readonly rights: Rights
}

/** An asset as the API gives it. Times are RFC 3339 in UTC. */
export interface Asset extends AssetPut {
  readonly id: string
  readonly status: AssetStatus
  /** Grows by one with every change. */
  readonly revision: number
  readonly currentVersionId: string | null
  readonly publishedVersionId: string | null
  readonly replacedBy?: string
  readonly publishAt?: string
  readonly expiresAt?: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** What the server keeps of an asset. */
export interface AssetRecord {
  readonly asset: Asset
  /** The version that is to be published at `asset.publishAt`. */
  readonly scheduledVersionId?: string
  /** End of the window that was given with the publication: epoch milliseconds. */
  readonly unpublishAt?: number
}

/** RFC 3339 in UTC, of epoch milliseconds. */
export const instant = (at: number): string => new Date(at).toISOString()
