import type { AssetStatus, Rights } from './asset.js'

/** Which status may follow which. What is not here is refused. */
export const MOVES: Readonly<Record<AssetStatus, readonly AssetStatus[]>> = {
  draft: ['ready', 'removed'],
  ready: ['scheduled', 'published', 'removed'],
  scheduled: ['published', 'ready', 'removed'],
  published: ['suspended', 'expired', 'retired', 'removed'],
  suspended: ['published', 'expired', 'retired', 'removed'],
  expired: ['published', 'retired', 'removed'],
  retired: ['scheduled', 'published', 'removed'],
  removed: [],
}

/** Whether an asset may go from one status to another, or stay. */
export const mayMove = (from: AssetStatus, to: AssetStatus): boolean =>
  from === to || MOVES[from].includes(to)

/** What an asset's next status depends on. */
export interface Facts {
  readonly status: AssetStatus
  /** Whether the current version is ready and approved. */
  readonly currentApproved: boolean
  /** Whether the version that is published, or was before it was suspended or expired, still is approved. */
  readonly publishedApproved: boolean
  /** Of a scheduled publication: whether its version is still the current one and approved. */
  readonly scheduledGood: boolean
  readonly publishAt?: number
  readonly onHold: boolean
  /** End of the window: epoch milliseconds. */
  readonly end?: number
  readonly now: number
}

/** The status that follows by itself, by versions, rights and time; the same one when none does. */
export const nextStatus = (facts: Facts): AssetStatus => {
  const { status, onHold, now, end } = facts
  const over = end !== undefined && end <= now
  switch (status) {
    case 'draft':
      return facts.currentApproved ? 'ready' : 'draft'
    case 'scheduled':
      if (!facts.scheduledGood) return 'ready'
      if ((facts.publishAt ?? 0) > now) return 'scheduled'
      return onHold || over ? 'ready' : 'published'
    case 'published':
      if (!facts.publishedApproved) return 'retired'
      return over ? 'expired' : onHold ? 'suspended' : 'published'
    case 'suspended':
      if (!facts.publishedApproved) return 'retired'
      return over ? 'expired' : onHold ? 'suspended' : 'published'
    case 'expired':
      if (!facts.publishedApproved) return 'retired'
      return over || onHold ? 'expired' : 'published'
    default:
      return status
  }
}

/** When the last permission ends: epoch milliseconds. `undefined`: never, or there is no permission at all. */
export const rightsEnd = (rights: Rights): number | undefined => {
  const ends = rights.permissions.map((each) =>
    each.notAfter === undefined ? Infinity : Date.parse(each.notAfter),
  )
  const last = Math.max(...ends)
  return Number.isFinite(last) ? last : undefined
}
