import { left, right, type Context, type Result } from '@xconnector/core'
import type { Answered } from '@xconnector/http'
import type { PutFailure } from '../failure/put-failure.js'
import { VersionNotCurrent } from '../failure/version-not-current.js'
import type { Asset } from '../model/asset.js'
import type { SourceRef } from '../model/source-ref.js'
import type { Version } from '../model/version.js'
import type { Tools } from '../tools.js'

/** What VIP has of a source id. */
export interface Found {
  readonly asset: Asset
  readonly etag: string
  /** Its current version, if it has one. */
  readonly current: Version | undefined
}

/** Finds an asset by where it comes from, with its current version. `undefined`: VIP has none. */
export const found = async (
  { assets, versions }: Tools,
  { system, id }: SourceRef,
  ctx: Context,
): Promise<Result<PutFailure, Found | undefined>> => {
  const answer = await assets.bySource.call({ system, sourceId: id }, ctx)
  if (answer._tag === 'Left') return answer.left._tag === 'NotFound' ? right(undefined) : answer
  const asset = answer.right.body
  const etag = etagOf(answer.right)
  if (asset.currentVersionId === null) return right({ asset, etag, current: undefined })
  const version = await versions.get.call({ assetId: asset.id, versionId: asset.currentVersionId }, ctx)
  return version._tag === 'Left' ? version : right({ asset, etag, current: version.right })
}

/** The entity tag of an answer; where it has none, what fits anything. */
export const etagOf = ({ headers }: Answered<unknown>): string => headers['etag'] ?? '*'

/** Why a revision of a source may not be put over what VIP has. */
export const staleness = (
  { compare, name }: Tools,
  { revision }: SourceRef,
  has: Pick<Found, 'asset' | 'current'>,
): Result<VersionNotCurrent, undefined> => {
  if (revision === undefined) return right(undefined)
  const { asset, current } = has
  for (const other of [asset.source.revision, current?.sourceRevision])
    if (other !== undefined && compare(other, revision) > 0)
      return left(
        new VersionNotCurrent(`"${name}" has revision ${other} of the source already: ${revision} is older`, {
          destination: name,
          assetId: asset.id,
        }),
      )
  return right(undefined)
}
