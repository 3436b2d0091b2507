import { Failure, type FailureOptions } from './failure.js'

/** The destination is parked, and was asked to fail rather than to wait (`whenParked: 'fail'`). */
export class CircuitOpen extends Failure<'CircuitOpen', 'transient'> {
  constructor(message: string, options?: FailureOptions) {
    super('CircuitOpen', 'transient', message, options)
  }
}
