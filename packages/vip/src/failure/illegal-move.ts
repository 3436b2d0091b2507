import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** The asset or version is in a state from which the change does not lead on. */
export class IllegalMove extends VipFailure<'IllegalMove', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('IllegalMove', 'permanent', message, facts, options)
  }
}
