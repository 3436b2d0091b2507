import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** The file has more or fewer bytes than its reference says: it changed, or is another one. */
export class SizeMismatch extends VipFailure<'SizeMismatch', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('SizeMismatch', 'permanent', message, facts, options)
  }
}
