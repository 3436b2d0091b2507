import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** Another request is still writing to the upload. It is let go of by itself. */
export class UploadLocked extends VipFailure<'UploadLocked', 'transient'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('UploadLocked', 'transient', message, facts, options)
  }
}
