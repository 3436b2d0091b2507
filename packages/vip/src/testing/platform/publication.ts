import { left, right, type Result } from '@xconnector/core'
import { instant, type AssetRecord } from './asset.js'
import { mayMove, rightsEnd } from './moves.js'
import type { Changes, Records, Told } from './records.js'
import { refusal, type Refusal } from './refusal.js'

/** What a client puts to publish. Times are RFC 3339 in UTC. */
export interface Publication {
  readonly versionId: string
  readonly publishAt?: string
  readonly unpublishAt?: string
}

/** What is to be changed to publish, or to schedule; or why it is refused. */
export const publication = (
  records: Records,
  before: AssetRecord,
  given: Publication,
  now: number,
): Result<Refusal, { readonly to: Changes; readonly told: Told }> => {
  const at = given.publishAt === undefined ? now : Math.max(now, Date.parse(given.publishAt))
  const unpublishAt = given.unpublishAt === undefined ? undefined : Date.parse(given.unpublishAt)
  const refused =
    ofVersion(records, before, given.versionId) ?? ofRights(before, at) ?? ofTime(at, unpublishAt)
  if (refused !== undefined) return left(refused)
  const later = at > now
  const status = later ? 'scheduled' : 'published'
  if (!mayMove(before.asset.status, status))
    return left(
      refusal(409, 'illegal_move', `the asset is ${before.asset.status}: it cannot become ${status}`),
    )
  const { versionId } = given
  const told: Told = later
    ? { type: 'vip.asset.availability_changed', effectiveAt: instant(at) }
    : { type: 'vip.asset.published' }
  const to: Changes = later
    ? { asset: { status, publishAt: instant(at) }, scheduledVersionId: versionId, unpublishAt }
    : {
        asset: { status, publishedVersionId: versionId, publishAt: undefined },
        scheduledVersionId: undefined,
        unpublishAt,
      }
  return right({ to, told })
}

const ofVersion = (records: Records, { asset }: AssetRecord, versionId: string): Refusal | undefined => {
  const version = records.version(versionId)
  if (version === undefined || version.assetId !== asset.id)
    return refusal(409, 'version_not_current', `the asset has no version ${versionId}`)
  if (version.status === 'processing')
    return {
      ...refusal(409, 'version_not_ready', `version ${versionId} is still being processed`),
      retryable: true,
      retryAfter: 1,
    }
  if (version.status === 'rejected')
    return refusal(409, 'version_rejected', `version ${versionId} was rejected`)
  if (asset.currentVersionId !== versionId)
    return refusal(409, 'version_not_current', `the current version is ${asset.currentVersionId}`)
  if (version.approval?.decision !== 'approved')
    return refusal(
      409,
      'not_approved',
      `version ${versionId} is ${version.approval?.decision ?? 'undecided'}`,
    )
  return undefined
}

const ofRights = ({ asset: { rights } }: AssetRecord, at: number): Refusal | undefined => {
  if (rights.status === 'hold') return refusal(409, 'rights_on_hold', 'the rights are on hold')
  const end = rightsEnd(rights)
  return end !== undefined && end <= at
    ? refusal(409, 'rights_expired', `the last permission ends at ${instant(end)}`)
    : undefined
}

const ofTime = (at: number, unpublishAt: number | undefined): Refusal | undefined =>
  unpublishAt !== undefined && unpublishAt <= at
    ? refusal(422, 'invalid_schedule', 'unpublishAt is not after the publication')
    : undefined
