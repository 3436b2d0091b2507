import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '@xconnector/core'
import type { EventData, EventType, Happening } from '../events/event.js'
import { instant, type Asset, type AssetRecord, type AssetStatus } from './asset.js'
import { mayMove, rightsEnd } from './moves.js'
import type { Version, VersionRecord } from './version.js'

/** What a change of an asset tells beside the change itself. */
export interface Told {
  readonly type: EventType
  readonly reason?: string
  readonly replacedBy?: string
  readonly effectiveAt?: string
}

// Statuses in which an asset has a window.
const WINDOWED: readonly AssetStatus[] = ['scheduled', 'published', 'suspended', 'expired']

/** Holds the records. Every change of an asset adds one to its revision and tells one event; no change tells none. */
export class Records {
  readonly assets: Map<string, AssetRecord> = new Map<string, AssetRecord>()
  readonly versions: Map<string, VersionRecord> = new Map<string, VersionRecord>()
  readonly #ofAsset = new Map<string, string[]>()
  readonly #bySource = new Map<string, string>()
  readonly #clock: Clock
  readonly #tell: (happening: Happening) => void

  constructor(clock: Clock, tell: (happening: Happening) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** The id of the asset that a source id leads to: removed ones are not found. */
  idOf(system: string, id: string): string | undefined {
    return this.#bySource.get(JSON.stringify([system, id]))
  }

  versionsOf(assetId: string): readonly VersionRecord[] {
    return (this.#ofAsset.get(assetId) ?? []).map((id) => this.versions.get(id)!)
  }

  version(id: string | null | undefined): Version | undefined {
    return typeof id === 'string' ? this.versions.get(id)?.version : undefined
  }

  addAsset(record: AssetRecord): void {
    const { source, id } = record.asset
    this.assets.set(id, record)
    this.#bySource.set(JSON.stringify([source.system, source.id]), id)
    this.#told(record.asset, { type: 'vip.asset.created' })
  }

  /** Frees the source id of an asset. */
  forgetSource({ source }: Asset): void {
    this.#bySource.delete(JSON.stringify([source.system, source.id]))
  }

  /** Changes an asset. Members that are `undefined` are taken away. */
  change(before: AssetRecord, to: Changes, told: Told): AssetRecord {
    const { scheduledVersionId, unpublishAt, ...members } = { ...before, ...to }
    const asset = { ...before.asset, ...members.asset } as Asset
    if (!mayMove(before.asset.status, asset.status))
      throw new Error(`no move from ${before.asset.status} to ${asset.status}`)
    const rest = {
      ...(scheduledVersionId !== undefined && { scheduledVersionId }),
      ...(unpublishAt !== undefined && { unpublishAt }),
    }
    const end = windowEnd({ asset, ...rest })
    const next = defined({
      ...asset,
      expiresAt: end !== undefined && WINDOWED.includes(asset.status) ? instant(end) : undefined,
    })
    if (isDeepStrictEqual(next, before.asset)) {
      const kept = { asset: before.asset, ...rest }
      this.assets.set(before.asset.id, kept)
      return kept
    }
    const changed = {
      asset: { ...next, revision: before.asset.revision + 1, updatedAt: instant(this.#clock.now()) },
      ...rest,
    }
    this.assets.set(changed.asset.id, changed)
    this.#told(changed.asset, told)
    return changed
  }

  /** Writes a version as it is now, and tells it. */
  putVersion(record: VersionRecord, type: EventType): void {
    const { version } = record
    if (!this.versions.has(version.id)) {
      const ids = this.#ofAsset.get(version.assetId)
      if (ids === undefined) this.#ofAsset.set(version.assetId, [version.id])
      else ids.push(version.id)
    }
    this.versions.set(version.id, record)
    const { id, revision, status, assetId } = version
    const object = { kind: 'version', id, revision, status } as const
    this.tell(this.assets.get(assetId)!.asset, type, object, { href: `/assets/${assetId}/versions/${id}` })
  }

  /** Tells an event about something of an asset. */
  tell(asset: Asset, type: EventType, object: EventData['object'], more: Partial<EventData>): void {
    this.#tell({ type, assetId: asset.id, data: { object, source: asset.source, ...more } })
  }

  #told(asset: Asset, { type, ...more }: Told): void {
    const { id, revision, status } = asset
    this.tell(asset, type, { kind: 'asset', id, revision, status }, { href: `/assets/${id}`, ...more })
  }
}

/** A change of a record: what is named is set. */
export interface Changes {
  readonly asset?: { readonly [K in keyof Asset]?: Asset[K] | undefined }
  readonly scheduledVersionId?: string | undefined
  readonly unpublishAt?: number | undefined
}

/** End of an asset's window, by its publication and by its rights: epoch milliseconds. */
export const windowEnd = ({ asset, unpublishAt }: AssetRecord): number | undefined => {
  const end = Math.min(unpublishAt ?? Infinity, rightsEnd(asset.rights) ?? Infinity)
  return Number.isFinite(end) ? end : undefined
}

const defined = (asset: { readonly [K in keyof Asset]?: Asset[K] | undefined }): Asset =>
  Object.fromEntries(Object.entries(asset).filter(([, value]) => value !== undefined)) as unknown as Asset
