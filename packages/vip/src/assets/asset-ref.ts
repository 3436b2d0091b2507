import type { Context, Result } from '@xconnector/core'
import type { Answered } from '@xconnector/http'
import type { VipCallFailure } from '../failure/put-failure.js'
import type { Asset } from '../model/asset.js'
import type { Tools } from '../tools.js'

/** An asset: by its id, or by where it comes from. */
export type AssetRef =
  | { readonly assetId: string }
  | { readonly source: { readonly system: string; readonly id: string } }

/** Reads what a reference names. */
export const referred = async (
  { assets }: Tools,
  ref: AssetRef,
  ctx: Context,
): Promise<Result<VipCallFailure, Answered<Asset>>> =>
  'assetId' in ref
    ? assets.get.call({ assetId: ref.assetId }, ctx)
    : assets.bySource.call({ system: ref.source.system, sourceId: ref.source.id }, ctx)
