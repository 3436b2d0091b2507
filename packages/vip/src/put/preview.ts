import type { Context, Json } from '@xconnector/core'
import type { VipAsset } from '../model/vip-asset.js'
import type { Tools } from '../tools.js'

/** What would be put, step by step, without asking VIP anything. */
export const preview = async ({ assets }: Tools, input: VipAsset, ctx: Context): Promise<Json> => {
  const { source, file, version, approval, publish } = input
  const record = await assets.put.preview!(
    { system: source.system, sourceId: source.id, record: input, etag: undefined },
    ctx,
  )
  return {
    record,
    ...(file !== undefined && {
      upload: { name: file.name, type: file.type, file: { ...file.ref } },
      version: { ...version, ...(source.revision !== undefined && { sourceRevision: source.revision }) },
    }),
    ...(approval !== undefined && { approval: { ...approval } }),
    ...(publish !== undefined && { publication: publish === true ? {} : { ...publish } }),
  }
}
