import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** VIP kept forgetting the upload before it was done, as often as was tried. */
export class UploadLost extends VipFailure<'UploadLost', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('UploadLost', 'permanent', message, facts, options)
  }
}
