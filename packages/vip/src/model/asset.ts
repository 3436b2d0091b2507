import * as t from 'io-ts'
import { SourceRef } from './source-ref.js'

export type AssetKind = 'image' | 'video' | 'audio' | 'document' | 'archive' | 'other'

/** Where an asset is in its life. A tenant may have more. */
export type AssetStatus =
  | 'draft'
  | 'ready'
  | 'scheduled'
  | 'published'
  | 'suspended'
  | 'expired'
  | 'retired'
  | 'removed'
  | (string & {})

/** An asset as VIP gives it, as far as this package reads it. Times are RFC 3339 in UTC. */
export interface Asset {
  readonly id: string
  readonly source: SourceRef
  readonly kind: AssetKind | (string & {})
  readonly status: AssetStatus
  /** Grows with every change. */
  readonly revision: number
  readonly currentVersionId: string | null
  readonly publishedVersionId: string | null
  readonly publishAt?: string
  readonly expiresAt?: string
}

export const Asset: t.Type<Asset, Asset, unknown> = t.intersection([
  t.type({
    id: t.string,
    source: SourceRef,
    kind: t.string,
    status: t.string,
    revision: t.number,
    currentVersionId: t.union([t.string, t.null]),
    publishedVersionId: t.union([t.string, t.null]),
  }),
  t.partial({ publishAt: t.string, expiresAt: t.string }),
]) as never
