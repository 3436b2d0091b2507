import type { CallFailure } from '@xconnector/http'
import type { ChecksumMismatch } from './checksum-mismatch.js'
import type { IllegalMove } from './illegal-move.js'
import type { NotApproved } from './not-approved.js'
import type { RightsNotCleared } from './rights-not-cleared.js'
import type { SizeMismatch } from './size-mismatch.js'
import type { SizeUnknown } from './size-unknown.js'
import type { UploadElsewhere } from './upload-elsewhere.js'
import type { UploadLocked } from './upload-locked.js'
import type { UploadLost } from './upload-lost.js'
import type { UploadRefused } from './upload-refused.js'
import type { VersionNotCurrent } from './version-not-current.js'
import type { VersionNotReady } from './version-not-ready.js'
import type { VersionRejected } from './version-rejected.js'

/** The refusals of VIP that are told apart by the code of the problem. */
export type VipRefusal =
  | ChecksumMismatch
  | IllegalMove
  | NotApproved
  | RightsNotCleared
  | UploadLocked
  | UploadLost
  | VersionNotCurrent
  | VersionRejected

/** What any call of VIP may fail with. */
export type VipCallFailure = CallFailure | VipRefusal

/** What sending a file may fail with, beside the failures of its provider. */
export type SendFailure = VipCallFailure | SizeMismatch | SizeUnknown | UploadElsewhere | UploadRefused

/** What putting an asset may fail with, beside the failures of its file's provider. */
export type PutFailure = SendFailure | VersionNotReady
