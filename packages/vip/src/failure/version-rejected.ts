import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** VIP processed the version and rejected it: its file is not what it should be. A replay sends the file again. */
export class VersionRejected extends VipFailure<'VersionRejected', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('VersionRejected', 'permanent', message, facts, options)
  }
}
