import { Failure, type FailureOptions } from './failure.js'

/**
 * A throttle that rejects let it not pass: its limit is used up until `retryAt`. Nothing was sent, so a route may try again;
 * it does not before `retryAt`.
 */
export class Throttled extends Failure<'Throttled', 'transient'> {
  /** The name of the throttle. */
  readonly throttle: string

  constructor(throttle: string, message: string, options?: FailureOptions) {
    super('Throttled', 'transient', message, options)
    this.throttle = throttle
  }
}
