import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** The rights of the asset are on hold, or their last permission has ended: it cannot be published. */
export class RightsNotCleared extends VipFailure<'RightsNotCleared', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('RightsNotCleared', 'permanent', message, facts, options)
  }
}
