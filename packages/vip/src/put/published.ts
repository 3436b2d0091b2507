import { right, type Context, type Result } from '@xconnector/core'
import type { PutFailure } from '../failure/put-failure.js'
import type { Asset } from '../model/asset.js'
import type { SourceRef } from '../model/source-ref.js'
import type { Publishing } from '../model/vip-asset.js'
import type { Tools } from '../tools.js'
import { etagOf, staleness } from './found.js'
import { TRIES } from './recorded.js'

/** What is to be published. */
export interface ToPublish {
  readonly assetId: string
  readonly versionId: string
  readonly how: true | Publishing
  /** Nothing is published once VIP has a newer revision of the source. */
  readonly source?: SourceRef
}

/** Publishes a version, or schedules it. One that is out already, without a window to set, stays as it is. */
export const published = async (
  tools: Tools,
  { assetId, versionId, how, source }: ToPublish,
  ctx: Context,
): Promise<Result<PutFailure, Asset>> => {
  const { at, until } = how === true ? ({} as Publishing) : how
  for (let nth = 1; ; nth++) {
    const answer = await tools.assets.get.call({ assetId }, ctx)
    if (answer._tag === 'Left') return answer
    const asset = answer.right.body
    const stale = source === undefined ? undefined : staleness(tools, source, { asset, current: undefined })
    if (stale?._tag === 'Left') return stale
    const out = asset.status === 'published' && asset.publishedVersionId === versionId
    if (out && at === undefined && until === undefined) return right(asset)
    const etag = etagOf(answer.right)
    const put = await tools.assets.publish.call(
      { assetId, versionId, etag, publishAt: at, unpublishAt: until },
      ctx,
    )
    if (put._tag === 'Right') return right(put.right.body)
    if (put.left._tag !== 'PreconditionFailed' || nth === TRIES) return put
  }
}
