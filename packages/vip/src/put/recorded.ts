import { right, type Context, type Result } from '@xconnector/core'
import type { PutFailure } from '../failure/put-failure.js'
import type { Asset } from '../model/asset.js'
import type { AssetRecord } from '../model/vip-asset.js'
import type { Version } from '../model/version.js'
import type { Tools } from '../tools.js'
import { found, staleness } from './found.js'

/** An asset whose record was put. */
export interface Recorded {
  readonly asset: Asset
  /** VIP had it before. */
  readonly known: boolean
  /** The current version that it had. */
  readonly current: Version | undefined
}

/** How often something is read again after somebody else changed it in between. */
export const TRIES = 3

/** Puts a record, unless VIP has a newer one. */
export const recorded = async (
  tools: Tools,
  { source, kind, metadata, rights }: AssetRecord,
  ctx: Context,
): Promise<Result<PutFailure, Recorded>> => {
  for (let nth = 1; ; nth++) {
    const before = await found(tools, source, ctx)
    if (before._tag === 'Left') return before
    const has = before.right
    const stale = has === undefined ? undefined : staleness(tools, source, has)
    if (stale?._tag === 'Left') return stale
    const put = await tools.assets.put.call(
      {
        system: source.system,
        sourceId: source.id,
        record: { source, kind, metadata, rights },
        etag: has?.etag,
      },
      ctx,
    )
    if (put._tag === 'Right')
      return right({ asset: put.right.body, known: has !== undefined, current: has?.current })
    if (put.left._tag !== 'PreconditionFailed' || nth === TRIES) return put
  }
}
