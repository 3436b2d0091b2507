import { Failure, type FailureOptions } from './failure.js'

/** The message's absolute deadline passed before it was delivered. Brought by a `deadline` option. */
export class DeadlineExceeded extends Failure<'DeadlineExceeded', 'permanent'> {
  constructor(message: string, options?: FailureOptions) {
    super('DeadlineExceeded', 'permanent', message, options)
  }
}
