import { left, right, type Result } from '@xconnector/core'
import type { Answered, HttpQuery, HttpTarget } from '@xconnector/http'
import type { VipClient } from '../client.js'
import type { PutFailure, VipCallFailure } from '../failure/put-failure.js'
import { VersionNotCurrent } from '../failure/version-not-current.js'
import type { Asset } from '../model/asset.js'
import type { AssetRecord, Placed, Publishing, VipAsset } from '../model/vip-asset.js'
import { preview } from '../put/preview.js'
import { published } from '../put/published.js'
import { put } from '../put/put.js'
import { recorded } from '../put/recorded.js'
import type { Tools } from '../tools.js'
import type { AssetId, BySource } from './asset-calls.js'
import { referred, type AssetRef } from './asset-ref.js'
import { changed } from './changed.js'

/** Publishes the current version of an asset, or the given one. */
export type PublishAsset = AssetRef & Publishing & { readonly versionId?: string }

/** Takes an asset off. */
export type UnpublishAsset = AssetRef & {
  readonly reason?: 'expired' | 'rights_changed' | 'superseded' | 'recalled' | 'other'
  /** The id of the asset that stands in for it. */
  readonly replacedBy?: string
}

/** What can be done with assets. */
export interface VipAssets {
  /**
   * Puts an asset by its source id: record, file by resumable upload, version, decision and publication, in one target.
   * It goes on where it was, after any failure and any crash. Only approved, current versions go out: `NotApproved` before
   * anything is sent, `VersionNotCurrent` when VIP has a newer revision.
   */
  readonly put: HttpTarget<VipAsset, Placed, PutFailure>
  /** Reads an asset, with its entity tag among the headers. */
  readonly get: HttpQuery<AssetId, Answered<Asset>, VipCallFailure>
  /** Finds an asset by its source id. */
  readonly find: HttpQuery<BySource, Answered<Asset>, VipCallFailure>
  /** Puts the record only: `VersionNotCurrent` when VIP has a newer revision. */
  readonly record: HttpTarget<AssetRecord, Asset, PutFailure>
  /** Publishes, or schedules. */
  readonly publish: HttpTarget<PublishAsset, Asset, PutFailure>
  /** Takes it off publication, or off the schedule. Repeating it changes nothing. */
  readonly unpublish: HttpTarget<UnpublishAsset, Asset, VipCallFailure>
  /** Removes it for good. One that is not there is removed already. */
  readonly remove: HttpTarget<AssetRef, void, VipCallFailure>
}

/** Declares them. */
export const assetsOf = (client: VipClient, tools: Tools): VipAssets => {
  const { settings, assets } = tools
  return {
    get: assets.get,
    find: assets.bySource,
    put: client.composite({
      name: 'put-asset',
      effect: 'keyed',
      settings,
      run: (input: VipAsset, ctx) => put(tools, input, ctx),
      preview: (input: VipAsset, ctx) => preview(tools, input, ctx),
    }),
    record: client.composite({
      name: 'put-record',
      effect: 'keyed',
      settings,
      async run(input: AssetRecord, ctx): Promise<Result<PutFailure, Asset>> {
        const done = await recorded(tools, input, ctx)
        return done._tag === 'Left' ? done : right(done.right.asset)
      },
    }),
    publish: client.composite({
      name: 'publish-asset',
      effect: 'idempotent',
      settings,
      async run(input: PublishAsset, ctx): Promise<Result<PutFailure, Asset>> {
        const read = await referred(tools, input, ctx)
        if (read._tag === 'Left') return read
        const { id: assetId, currentVersionId } = read.right.body
        const versionId = input.versionId ?? currentVersionId
        if (versionId === null)
          return left(new VersionNotCurrent(`asset ${assetId} has no version to publish`, { assetId }))
        const { at, until } = input
        const how = { ...(at !== undefined && { at }), ...(until !== undefined && { until }) }
        return published(tools, { assetId, versionId, how }, ctx)
      },
    }),
    unpublish: client.composite({
      name: 'unpublish-asset',
      effect: 'idempotent',
      settings,
      run: (input: UnpublishAsset, ctx) =>
        changed(tools, input, ctx, (assetId, etag) =>
          assets.unpublish.call({ assetId, etag, reason: input.reason, replacedBy: input.replacedBy }, ctx),
        ),
    }),
    remove: client.composite({
      name: 'remove-asset',
      effect: 'idempotent',
      settings,
      async run(input: AssetRef, ctx): Promise<Result<VipCallFailure, void>> {
        const done = await changed(tools, input, ctx, (assetId, etag) =>
          assets.remove.call({ assetId, etag }, ctx),
        )
        if (done._tag === 'Right') return right(undefined)
        const { _tag, status } = done.left as { readonly _tag: string; readonly status?: number }
        return _tag === 'NotFound' || status === 410 ? right(undefined) : done
      },
    }),
  }
}
