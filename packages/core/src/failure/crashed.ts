import { Failure, type FailureOptions } from './failure.js'

/** The entry was in flight at five crashes without an outcome. Never in a union: always a dead letter. */
export class Crashed extends Failure<'Crashed', 'permanent'> {
  constructor(message: string, options?: FailureOptions) {
    super('Crashed', 'permanent', message, options)
  }
}
