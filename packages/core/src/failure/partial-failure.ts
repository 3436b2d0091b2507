import { Failure, type Tagged } from './failure.js'

/** One branch that failed, with the failure it ended with. */
export interface FailedBranch<B extends string = string> {
  readonly branch: B
  readonly error: Tagged
  readonly attempts: number
}

/** Several deliveries were asked for and not enough succeeded; carries the failure of each branch that failed. */
export class PartialFailure<out B extends string = string> extends Failure<'PartialFailure', 'permanent'> {
  readonly failed: readonly FailedBranch<B>[]

  constructor(failed: readonly FailedBranch<B>[]) {
    super(
      'PartialFailure',
      'permanent',
      failed.map((f) => `${f.branch}: ${f.error._tag}`).join(', ') || 'no branch succeeded',
    )
    this.failed = failed
  }
}
