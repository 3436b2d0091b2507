import type { AssetPut } from '../platform/asset.js'
import { refusal, type Refusal } from '../platform/refusal.js'
import { answer, problem } from './answer.js'
import type { Call, Handler } from './call.js'
import { assetTag, findAsset } from './find-asset.js'
import { ifMatch } from './preconditions.js'
import { readAnswer } from './read-answer.js'

export const getAsset: Handler = (house, call) => {
  const found = findAsset(house, call)
  if (found._tag === 'Left') return problem(found.left)
  return readAnswer(call, assetTag(found.right.asset), found.right.asset)
}

export const removeAsset: Handler = (house, call) => {
  const found = findAsset(house, call)
  if (found._tag === 'Left') return problem(found.left)
  const refused = ifMatch(call.headers, assetTag(found.right.asset))
  if (refused !== undefined) return problem(refused)
  const asset = house.platform.remove(found.right)
  return answer(202, asset, { etag: assetTag(asset) })
}

export const getAssetBySource: Handler = ({ platform }, call) => {
  const { system, sourceId } = call.params
  const id = platform.records.idOf(system!, sourceId!)
  if (id === undefined)
    return problem(refusal(404, 'not_found', `there is no asset of ${system} with the id ${sourceId}`))
  const { asset } = platform.records.assets.get(id)!
  return readAnswer(call, assetTag(asset), asset)
}

export const putAssetBySource: Handler = ({ platform }, call) => {
  const { system, sourceId } = call.params
  const given = call.body as AssetPut
  if (given.source.system !== system || given.source.id !== sourceId)
    return problem(refusal(422, 'source_mismatch', 'source of the body is not the one of the path'))
  const id = platform.records.idOf(system, sourceId)
  const before = id === undefined ? undefined : platform.records.assets.get(id)
  const refused = mayPut(call, before && assetTag(before.asset))
  if (refused !== undefined) return problem(refused)
  const asset = platform.put(before, given)
  const headers = { etag: assetTag(asset) }
  return before === undefined
    ? answer(201, asset, { ...headers, location: `${call.base}/assets/${asset.id}` })
    : answer(200, asset, headers)
}

const mayPut = ({ headers }: Call, tag: string | undefined): Refusal | undefined => {
  if (tag === undefined)
    return headers.has('if-match')
      ? refusal(412, 'precondition_failed', 'there is no such asset to be replaced')
      : undefined
  return headers.has('if-none-match')
    ? refusal(412, 'precondition_failed', `the asset is there already, with the ETag ${tag}`)
    : ifMatch(headers, tag)
}
