import { Failure } from '@xconnector/core'

/** The store of endpoints could not be read: nothing was sent. Its reason is the cause. */
export class EndpointsUnavailable extends Failure<'EndpointsUnavailable', 'transient'> {
  /** The sender's name. */
  readonly sender: string

  constructor(sender: string, cause: unknown) {
    super(
      'EndpointsUnavailable',
      'transient',
      `webhook sender "${sender}": its store of endpoints could not be read`,
      { cause },
    )
    this.sender = sender
  }
}
