import { Failure } from '../../failure/failure.js'

/** A message that belongs to no group: the pattern's `key` gave none for it. */
export class KeyMissing extends Failure<'KeyMissing', 'permanent'> {
  /** The name of the pattern. */
  readonly at: string

  constructor(at: string) {
    super('KeyMissing', 'permanent', `"${at}": the message has no key, so it belongs to no group`)
    this.at = at
  }
}
