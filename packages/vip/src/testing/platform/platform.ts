import { isDeepStrictEqual } from 'node:util'
import { left, right, type Clock, type Ids, type Result } from '@xconnector/core'
import type { Happening } from '../events/event.js'
import { instant, type Asset, type AssetPut, type AssetRecord, type Rights } from './asset.js'
import { plainId } from './plain-id.js'
import { follow } from './follow.js'
import { publication, type Publication } from './publication.js'
import { Records, windowEnd } from './records.js'
import { refusal, type Refusal } from './refusal.js'
import type { Version } from './version.js'
import { approved, processed, versionOf, type Approval, type NewVersion } from './version-changes.js'

/** Assets and versions with the rules of the contract. Every method is one act: it is done, or refused and nothing is. */
export class Platform {
  readonly records: Records
  readonly #clock: Clock
  readonly #ids: Ids
  readonly #timers = new Map<string, () => void>()

  constructor(clock: Clock, ids: Ids, tell: (happening: Happening) => void) {
    this.#clock = clock
    this.#ids = ids
    this.records = new Records(clock, tell)
  }

  /** Replaces an asset, or makes one. */
  put(before: AssetRecord | undefined, given: AssetPut): Asset {
    return before === undefined ? this.#create(given) : this.#replace(before, given)
  }

  #create({ rights, ...given }: AssetPut): Asset {
    const now = instant(this.#clock.now())
    const asset: Asset = {
      id: plainId('ast', this.#ids),
      ...given,
      status: 'draft',
      revision: 1,
      currentVersionId: null,
      publishedVersionId: null,
      rights: { ...rights, revision: 1 },
      createdAt: now,
      updatedAt: now,
    }
    this.records.addAsset({ asset })
    return asset
  }

  #replace(before: AssetRecord, { rights, ...given }: AssetPut): Asset {
    const next = this.#rights(before.asset, rights)
    const changed = this.records.change(
      before,
      { asset: { ...given, rights: next } },
      { type: 'vip.asset.updated' },
    )
    this.#tellRights(before.asset, changed.asset)
    return this.#settled(changed)
  }

  putRights(before: AssetRecord, rights: Rights): Asset {
    const asset = { rights: this.#rights(before.asset, rights) }
    const changed = this.records.change(
      before,
      { asset },
      { type: 'vip.asset.updated', reason: 'rights_changed' },
    )
    this.#tellRights(before.asset, changed.asset)
    return this.#settled(changed)
  }

  #rights({ rights: before }: Asset, given: Rights): Rights {
    const { revision = 1 } = before
    const same = { ...given, revision }
    return isDeepStrictEqual(same, before) ? before : { ...given, revision: revision + 1 }
  }

  #tellRights(before: Asset, { rights, id }: Asset): void {
    if (before.rights === rights) return
    const object = { kind: 'rights', id, revision: rights.revision ?? 1, status: rights.status } as const
    this.records.tell(before, 'vip.rights.updated', object, { href: `/assets/${id}/rights` })
  }

  publish(before: AssetRecord, given: Publication): Result<Refusal, Asset> {
    const wanted = publication(this.records, before, given, this.#clock.now())
    if (wanted._tag === 'Left') return wanted
    return right(this.#settled(this.records.change(before, wanted.right.to, wanted.right.told)))
  }

  unpublish(before: AssetRecord, replacedBy?: string, reason?: string): Result<Refusal, Asset> {
    const { status } = before.asset
    if (status === 'retired') return right(before.asset)
    if (status === 'draft' || status === 'ready')
      return left(refusal(409, 'not_published', `the asset is ${status}: it was never published`))
    if (replacedBy !== undefined && !this.records.assets.has(replacedBy))
      return left(refusal(422, 'unknown_replacement', `there is no asset ${replacedBy}`))
    const more = { ...(reason !== undefined && { reason }), ...(replacedBy !== undefined && { replacedBy }) }
    const off = {
      status: status === 'scheduled' ? ('ready' as const) : ('retired' as const),
      publishedVersionId: null,
      publishAt: undefined,
      ...(replacedBy !== undefined && { replacedBy }),
    }
    const to = { asset: off, scheduledVersionId: undefined, unpublishAt: undefined }
    return right(this.#settled(this.records.change(before, to, { type: 'vip.asset.unpublished', ...more })))
  }

  remove(before: AssetRecord): Asset {
    const asset = { status: 'removed', publishedVersionId: null, publishAt: undefined } as const
    const to = { asset, scheduledVersionId: undefined, unpublishAt: undefined }
    this.records.forgetSource(before.asset)
    return this.#settled(this.records.change(before, to, { type: 'vip.asset.removed' }))
  }

  /** Makes a version of a complete upload; it is processing until `process` ends that. */
  addVersion({ asset }: AssetRecord, given: NewVersion): Version {
    const id = plainId('ver', this.#ids)
    const number = this.records.versionsOf(asset.id).length + 1
    const record = versionOf(given, { id, assetId: asset.id, number, createdAt: instant(this.#clock.now()) })
    this.records.putVersion(record, 'vip.version.created')
    return record.version
  }

  /** Ends the processing of a version: what its bytes' sha256 is. */
  process(versionId: string, sha256: string): void {
    const before = this.records.versions.get(versionId)
    const owner = before && this.records.assets.get(before.version.assetId)
    if (before?.version.status !== 'processing' || owner === undefined || owner.asset.status === 'removed')
      return
    const record = processed(before, sha256)
    const { status, number } = record.version
    this.records.putVersion(record, status === 'ready' ? 'vip.version.ready' : 'vip.version.rejected')
    const current = this.records.version(owner.asset.currentVersionId)
    const wins = status === 'ready' && record.makeCurrent && number > (current?.number ?? 0)
    const to = wins ? { asset: { currentVersionId: versionId } } : {}
    this.#settled(this.records.change(owner, to, { type: 'vip.asset.updated' }))
  }

  approve(versionId: string, approval: Approval): Result<Refusal, Version> {
    const before = this.records.versions.get(versionId)!
    const after = approved(before, approval)
    if (after._tag === 'Left') return after
    if (after.right !== before) {
      this.records.putVersion(after.right, 'vip.version.approval_changed')
      this.#settled(this.records.assets.get(before.version.assetId)!)
    }
    return right(after.right.version)
  }

  /** Cancels all that waits for its time. */
  stop(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }

  #settled(record: AssetRecord): Asset {
    const after = follow(this.records, record, this.#clock.now())
    const { id, status } = after.asset
    this.#timers.get(id)?.()
    this.#timers.delete(id)
    const next = status === 'scheduled' ? Date.parse(after.asset.publishAt!) : windowEnd(after)
    const waits = status === 'scheduled' || status === 'published' || status === 'suspended'
    if (waits && next !== undefined) {
      const due = (): void => void this.#settled(this.records.assets.get(id)!)
      this.#timers.set(id, this.#clock.after(next - this.#clock.now(), due, { background: true }))
    }
    return after.asset
  }
}
