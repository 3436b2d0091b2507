import type { RefusalTag } from './failure/refine.js'

/** Paths below the base URL. `:names` are filled in, encoded. */
export interface VipPaths {
  readonly asset: string
  readonly bySource: string
  readonly publication: string
  readonly versions: string
  readonly version: string
  readonly approval: string
  /** Where tus uploads are created. */
  readonly uploads: string
}

/**
 * What may differ from one tenant's API to another's, in one place. No public description of a VIP API exists: the default
 * speaks the contract in this package's openapi.yaml, and a profile adapts it.
 */
export interface VipProfile {
  readonly paths: VipPaths
  /** The header that carries idempotency keys. */
  readonly keyHeader: string
  /** Whether the key is a structured-field string, in quotes. */
  readonly quoteKey: boolean
  /** What stands before the names of events in place of `vip.`: `com_example.` */
  readonly eventPrefix: string
  /** Which codes of problems mean which failure. */
  readonly codes: Readonly<Record<string, RefusalTag>>
}

/** The contract in openapi.yaml. */
export const contractProfile: VipProfile = {
  paths: {
    asset: '/assets/:assetId',
    bySource: '/sources/:system/assets/:sourceId',
    publication: '/assets/:assetId/publication',
    versions: '/assets/:assetId/versions',
    version: '/assets/:assetId/versions/:versionId',
    approval: '/assets/:assetId/versions/:versionId/approval',
    uploads: '/uploads',
  },
  keyHeader: 'Idempotency-Key',
  quoteKey: true,
  eventPrefix: 'vip.',
  codes: {
    not_approved: 'NotApproved',
    version_not_current: 'VersionNotCurrent',
    version_rejected: 'VersionRejected',
    checksum_mismatch: 'ChecksumMismatch',
    rights_on_hold: 'RightsNotCleared',
    rights_expired: 'RightsNotCleared',
    illegal_move: 'IllegalMove',
    upload_locked: 'UploadLocked',
    upload_unknown: 'UploadLost',
  },
}

/** A profile in parts: what is left out is as in the contract. */
export interface VipProfileOptions extends Partial<Omit<VipProfile, 'paths'>> {
  readonly paths?: Partial<VipPaths>
}

/** A whole profile. */
export const profileOf = (given: VipProfileOptions = {}): VipProfile => ({
  ...contractProfile,
  ...given,
  paths: { ...contractProfile.paths, ...given.paths },
  codes: { ...contractProfile.codes, ...given.codes },
})
