import type { Publication } from '../platform/publication.js'
import { answer, problem } from './answer.js'
import type { Handler } from './call.js'
import { assetTag, findAsset } from './find-asset.js'
import { ifMatch } from './preconditions.js'

export const publishAsset: Handler = (house, call) => {
  const found = findAsset(house, call)
  if (found._tag === 'Left') return problem(found.left)
  const refused = ifMatch(call.headers, assetTag(found.right.asset))
  if (refused !== undefined) return problem(refused)
  const done = house.platform.publish(found.right, call.body as Publication)
  if (done._tag === 'Left') return problem(done.left)
  return answer(200, done.right, { etag: assetTag(done.right) })
}

export const unpublishAsset: Handler = (house, call) => {
  const found = findAsset(house, call)
  if (found._tag === 'Left') return problem(found.left)
  const refused = ifMatch(call.headers, assetTag(found.right.asset))
  if (refused !== undefined) return problem(refused)
  const { query } = call
  const done = house.platform.unpublish(
    found.right,
    query.get('replacedBy') ?? undefined,
    query.get('reason') ?? undefined,
  )
  if (done._tag === 'Left') return problem(done.left)
  return answer(200, done.right, { etag: assetTag(done.right) })
}
