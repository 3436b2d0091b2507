import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** Only approved versions go out, and this one is not approved. VIP says so, or this side does before anything is sent. */
export class NotApproved extends VipFailure<'NotApproved', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('NotApproved', 'permanent', message, facts, options)
  }
}
