import { Failure } from './failure.js'

/** Another message of the same key is being worked on: nobody knows yet whether this one is a repeat. */
export class KeyInUse extends Failure<'KeyInUse', 'transient'> {
  readonly key: string

  constructor(receiver: string, key: string) {
    super('KeyInUse', 'transient', `idempotent "${receiver}": a message of this key is being worked on`)
    this.key = key.slice(0, 200)
  }
}
