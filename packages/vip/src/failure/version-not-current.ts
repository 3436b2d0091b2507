import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** What was to be put or published is not the newest: VIP has a newer revision of the source, or another version is current. */
export class VersionNotCurrent extends VipFailure<'VersionNotCurrent', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('VersionNotCurrent', 'permanent', message, facts, options)
  }
}
