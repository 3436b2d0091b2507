import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** VIP is still processing the version, after all the time that was given to it. The next run asks again, and sends nothing twice. */
export class VersionNotReady extends VipFailure<'VersionNotReady', 'transient'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('VersionNotReady', 'transient', message, facts, options)
  }
}
