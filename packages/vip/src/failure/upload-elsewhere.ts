import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** The place that VIP gave for an upload is not below the base URL: nothing is sent there, for credentials never leave it. */
export class UploadElsewhere extends VipFailure<'UploadElsewhere', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('UploadElsewhere', 'permanent', message, facts, options)
  }
}
