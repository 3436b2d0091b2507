import { Failure, type FailureOptions } from './failure.js'

/** An unsafe target was called and nobody can say whether it took effect. Only unsafe targets bring it. */
export class OutcomeUnknown extends Failure<'OutcomeUnknown', 'unknown'> {
  constructor(message: string, options?: FailureOptions) {
    super('OutcomeUnknown', 'unknown', message, options)
  }
}
