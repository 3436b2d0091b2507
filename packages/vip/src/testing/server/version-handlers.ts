import { left, right, type Result } from '@xconnector/core'
import { refusal, type Refusal } from '../platform/refusal.js'
import type { Approval, VersionCreate } from '../platform/version.js'
import type { FoundUpload } from '../uploads/uploads.js'
import { answer, problem } from './answer.js'
import type { Handler, House } from './call.js'
import { findAsset, findVersion, versionTag } from './find-asset.js'
import { readAnswer } from './read-answer.js'

export const listVersions: Handler = (house, call) => {
  const found = findAsset(house, call)
  if (found._tag === 'Left') return problem(found.left)
  const { query, base } = call
  const wanted = query.get('sourceRevision')
  const all = house.platform.records
    .versionsOf(found.right.asset.id)
    .map(({ version }) => version)
    .filter((version) => wanted === null || version.sourceRevision === wanted)
    .toReversed()
  // A cursor is the number of the last version on the page.
  const before = Number(query.get('cursor') ?? Infinity)
  if (Number.isNaN(before)) return problem(refusal(400, 'invalid_request', 'the cursor is not one of ours'))
  const rest = all.filter((version) => version.number < before)
  const page = rest.slice(0, Number(query.get('limit') ?? 50))
  const hasMore = page.length < rest.length
  if (!hasMore) return answer(200, { data: page, page: { hasMore, nextCursor: null } })
  const nextCursor = String(page.at(-1)!.number)
  const next = new URLSearchParams(query)
  next.set('cursor', nextCursor)
  const link = `<${base}/assets/${found.right.asset.id}/versions?${next.toString()}>; rel="next"`
  return answer(200, { data: page, page: { hasMore, nextCursor } }, { link })
}

export const createVersion: Handler = async (house, call) => {
  const found = findAsset(house, call)
  if (found._tag === 'Left') return problem(found.left)
  const given = call.body as VersionCreate
  if (given.approval?.decision === 'withdrawn')
    return problem(refusal(409, 'illegal_move', 'a new version has no approval to withdraw'))
  const upload = await usable(house, given.file)
  if (upload._tag === 'Left') return problem(upload.left)
  // Nothing is awaited from here on: two versions of one upload cannot both be made.
  if (house.uploads.isAttached(given.file.uploadId)) return problem(attached(given.file.uploadId))
  const { filename, mediaType, path } = upload.right
  const version = house.platform.addVersion(found.right, {
    ...given,
    ...(filename !== undefined && { filename }),
    ...(mediaType !== undefined && { mediaType }),
    size: upload.right.upload.length,
    path,
  })
  house.uploads.attach(given.file.uploadId)
  house.process(version.id)
  const location = `${call.base}/assets/${version.assetId}/versions/${version.id}`
  return answer(202, version, { etag: versionTag(version), location })
}

const usable = async (
  { uploads }: House,
  { uploadId, sha256 }: VersionCreate['file'],
): Promise<Result<Refusal, FoundUpload>> => {
  const found = /^[A-Za-z0-9_-]+$/.test(uploadId) ? await uploads.find(uploadId) : undefined
  if (found === undefined || found === 'gone')
    return left(refusal(422, 'upload_unknown', `there is no upload ${uploadId}`))
  const { status, offset, length, sha256: announced } = found.upload
  if (status === 'attached') return left(attached(uploadId))
  if (status === 'uploading')
    return left(refusal(422, 'upload_incomplete', `upload ${uploadId} has ${offset} of ${length} bytes`))
  if (announced !== undefined && announced !== sha256)
    return left(refusal(422, 'checksum_mismatch', `upload ${uploadId} was announced with another sha256`))
  return right(found)
}

const attached = (id: string): Refusal => refusal(409, 'upload_attached', `upload ${id} is a version already`)

export const getVersion: Handler = (house, call) => {
  const found = findVersion(house, call)
  if (found._tag === 'Left') return problem(found.left)
  return readAnswer(call, versionTag(found.right.version), found.right.version)
}

export const setApproval: Handler = (house, call) => {
  const found = findVersion(house, call)
  if (found._tag === 'Left') return problem(found.left)
  const done = house.platform.approve(found.right.version.id, call.body as Approval)
  if (done._tag === 'Left') return problem(done.left)
  return answer(200, done.right, { etag: versionTag(done.right) })
}
