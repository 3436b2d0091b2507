import { Failure } from '@xconnector/core'

/** A store of idempotency keys cannot take or tell one now. */
export class IdempotencyUnavailable extends Failure<'IdempotencyUnavailable', 'transient'> {
  constructor(message: string) {
    super('IdempotencyUnavailable', 'transient', message)
  }
}
