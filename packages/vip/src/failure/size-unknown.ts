import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** The file's size is not known: give its reference a size, which an upload must announce. */
export class SizeUnknown extends VipFailure<'SizeUnknown', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('SizeUnknown', 'permanent', message, facts, options)
  }
}
