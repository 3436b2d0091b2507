import { left, right, type Context, type Result } from '@xconnector/core'
import type { PutFailure } from '../failure/put-failure.js'
import { NotApproved } from '../failure/not-approved.js'
import { VersionNotCurrent } from '../failure/version-not-current.js'
import type { Placed, VipAsset, VipFile } from '../model/vip-asset.js'
import { orStop, stopped } from '../stop.js'
import type { Tools } from '../tools.js'
import { approved } from './approved.js'
import { published } from './published.js'
import { recorded, type Recorded } from './recorded.js'
import { versioned, type Versioned } from './versioned.js'

/** Puts an asset: record, file, version, decision, publication. Each step may be run again after any other. */
export const put = (tools: Tools, input: VipAsset, ctx: Context): Promise<Result<PutFailure, Placed>> =>
  stopped<PutFailure, Placed>(async () => {
    const { publish, approval, source, file } = input
    if (publish !== undefined && approval?.decision !== 'approved')
      return left(
        new NotApproved(`asset ${source.id} of ${source.system} is to be published without an approval`),
      )
    const record = orStop(await recorded(tools, input, ctx))
    const assetId = record.asset.id
    const made =
      file === undefined
        ? unchanged(record)
        : orStop(await versioned(tools, { ...input, file: file satisfies VipFile }, record, ctx))
    if (made === undefined) {
      if (publish !== undefined || approval !== undefined)
        return left(
          new VersionNotCurrent(`asset ${assetId} has no version to approve or publish`, { assetId }),
        )
      const { revision, status } = record.asset
      return right({ assetId, revision, status, sentBytes: 0 })
    }
    const { version, sentBytes } = made
    const { id: versionId, sha256 } = orStop(await approved(tools, version, approval, ctx))
    const asset =
      publish === undefined
        ? orStop(await tools.assets.get.call({ assetId }, ctx)).body
        : orStop(await published(tools, { assetId, versionId, how: publish, source }, ctx))
    return right({ assetId, versionId, revision: asset.revision, status: asset.status, sha256, sentBytes })
  })

const unchanged = ({ current }: Recorded): Versioned | undefined =>
  current === undefined ? undefined : { version: current, sentBytes: 0 }
