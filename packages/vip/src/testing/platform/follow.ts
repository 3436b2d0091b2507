import type { EventType } from '../events/event.js'
import type { AssetRecord, AssetStatus } from './asset.js'
import { nextStatus } from './moves.js'
import { windowEnd, type Changes, type Records } from './records.js'
import { isApproved } from './version.js'

const TOLD: Readonly<Record<AssetStatus, EventType>> = {
  draft: 'vip.asset.updated',
  ready: 'vip.asset.availability_changed',
  scheduled: 'vip.asset.availability_changed',
  published: 'vip.asset.published',
  suspended: 'vip.asset.availability_changed',
  expired: 'vip.asset.expired',
  retired: 'vip.asset.unpublished',
  removed: 'vip.asset.removed',
}

/** Makes the moves that follow by themselves from versions, rights and time, one after the other, each with its event. */
export const follow = (records: Records, record: AssetRecord, now: number): AssetRecord => {
  const { asset, scheduledVersionId } = record
  const current = records.version(asset.currentVersionId)
  const end = windowEnd(record)
  const status = nextStatus({
    status: asset.status,
    currentApproved: isApproved(current),
    publishedApproved: isApproved(records.version(asset.publishedVersionId)),
    scheduledGood: scheduledVersionId === asset.currentVersionId && isApproved(current),
    ...(asset.publishAt !== undefined && { publishAt: Date.parse(asset.publishAt) }),
    onHold: asset.rights.status === 'hold',
    ...(end !== undefined && { end }),
    now,
  })
  if (status === asset.status) return record
  return follow(records, records.change(record, changes(record, status), { type: TOLD[status] }), now)
}

const changes = ({ asset, scheduledVersionId }: AssetRecord, status: AssetStatus): Changes => {
  if (status === 'retired') return { asset: { status, publishedVersionId: null }, unpublishAt: undefined }
  if (asset.status !== 'scheduled') return { asset: { status } }
  const off = { publishAt: undefined, status }
  return status === 'published'
    ? { asset: { ...off, publishedVersionId: scheduledVersionId! }, scheduledVersionId: undefined }
    : { asset: off, scheduledVersionId: undefined, unpublishAt: undefined }
}
