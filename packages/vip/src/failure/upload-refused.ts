import type { FailureOptions } from '@xconnector/core'
import { VipFailure, type VipFacts } from './vip-failure.js'

/** An answer of the upload protocol (tus 1.0.0) lacks what it must have, so that nobody can say what VIP has of the file. */
export class UploadRefused extends VipFailure<'UploadRefused', 'permanent'> {
  constructor(message: string, facts?: VipFacts, options?: FailureOptions) {
    super('UploadRefused', 'permanent', message, facts, options)
  }
}
