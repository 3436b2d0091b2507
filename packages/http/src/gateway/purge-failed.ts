import { Failure } from '@xconnector/core'

/** The store of a cache did not take a purge. What was to be purged may still be given. */
export class PurgeFailed extends Failure<'PurgeFailed', 'transient'> {
  constructor(message: string) {
    super('PurgeFailed', 'transient', message)
  }
}
