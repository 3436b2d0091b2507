import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** The bytes that VIP has are not those of the announced sha256. A replay sends the file again. */
export class ChecksumMismatch extends VipFailure<'ChecksumMismatch', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('ChecksumMismatch', 'permanent', message, facts, options)
  }
}
