import type { Rights } from '../platform/asset.js'
import { answer, problem } from './answer.js'
import type { Handler } from './call.js'
import { findAsset, rightsTag } from './find-asset.js'
import { ifMatch } from './preconditions.js'
import { readAnswer } from './read-answer.js'

export const getRights: Handler = (house, call) => {
  const found = findAsset(house, call)
  if (found._tag === 'Left') return problem(found.left)
  return readAnswer(call, rightsTag(found.right.asset), found.right.asset.rights)
}

export const putRights: Handler = (house, call) => {
  const found = findAsset(house, call)
  if (found._tag === 'Left') return problem(found.left)
  const refused = ifMatch(call.headers, rightsTag(found.right.asset))
  if (refused !== undefined) return problem(refused)
  const asset = house.platform.putRights(found.right, call.body as Rights)
  return answer(200, asset.rights, { etag: rightsTag(asset) })
}
