import { right, type Context, type Result } from '@xconnector/core'
import type { Answered } from '@xconnector/http'
import type { VipCallFailure } from '../failure/put-failure.js'
import type { Asset } from '../model/asset.js'
import { etagOf } from '../put/found.js'
import { TRIES } from '../put/recorded.js'
import type { Tools } from '../tools.js'
import { referred, type AssetRef } from './asset-ref.js'

/** Reads an asset and changes it, anew when somebody else changed it in between. */
export const changed = async (
  tools: Tools,
  ref: AssetRef,
  ctx: Context,
  change: (assetId: string, etag: string) => Promise<Result<VipCallFailure, Answered<Asset>>>,
): Promise<Result<VipCallFailure, Asset>> => {
  for (let nth = 1; ; nth++) {
    const read = await referred(tools, ref, ctx)
    if (read._tag === 'Left') return read
    const done = await change(read.right.body.id, etagOf(read.right))
    if (done._tag === 'Right') return right(done.right.body)
    if (done.left._tag !== 'PreconditionFailed' || nth === TRIES) return done
  }
}
