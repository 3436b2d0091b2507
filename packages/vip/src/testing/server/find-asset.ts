import { left, right, type Result } from '@xconnector/core'
import type { Asset, AssetRecord } from '../platform/asset.js'
import { refusal, type Refusal } from '../platform/refusal.js'
import type { Version, VersionRecord } from '../platform/version.js'
import type { Call, House } from './call.js'

/** The asset of a path, unless there is none (404) or it is removed (410). */
export const findAsset = ({ platform }: House, { params }: Call): Result<Refusal, AssetRecord> => {
  const record = platform.records.assets.get(params.assetId!)
  if (record === undefined) return left(refusal(404, 'not_found', `there is no asset ${params.assetId}`))
  return record.asset.status === 'removed'
    ? left(refusal(410, 'gone', `asset ${params.assetId} was removed`))
    : right(record)
}

/** The version of a path. */
export const findVersion = (house: House, call: Call): Result<Refusal, VersionRecord> => {
  const owner = findAsset(house, call)
  if (owner._tag === 'Left') return owner
  const record = house.platform.records.versions.get(call.params.versionId!)
  return record === undefined || record.version.assetId !== owner.right.asset.id
    ? left(refusal(404, 'not_found', `the asset has no version ${call.params.versionId}`))
    : right(record)
}

/** The entity tags of the three things that have one. */
export const assetTag = ({ revision }: Asset): string => `"r${revision}"`
export const versionTag = ({ revision }: Version): string => `"v${revision}"`
export const rightsTag = ({ rights }: Asset): string => `"rights-${rights.revision ?? 1}"`
