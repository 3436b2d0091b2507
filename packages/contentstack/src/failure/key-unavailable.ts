import { Failure, type FailureOptions } from '@xconnector/core'

/** The public key of webhook signatures could not be had: whether a request is genuine cannot be told now. */
export class KeyUnavailable extends Failure<'KeyUnavailable', 'transient'> {
  constructor(why: string, options?: FailureOptions) {
    super(
      'KeyUnavailable',
      'transient',
      `the public key of webhook signatures could not be had: ${why}`,
      options,
    )
  }
}
