import { Failure } from '../failure/failure.js'

/** What came out of a store is not what went in: other bytes, or another number of them. */
export class ClaimDamaged extends Failure<'ClaimDamaged', 'permanent'> {
  /** The store's name. */
  readonly store: string
  /** The claim's id. */
  readonly claim: string

  constructor(store: string, claim: string, found: string) {
    super(
      'ClaimDamaged',
      'permanent',
      `claim ${claim} of store "${store}" ${found}: restore it from where it came from`,
    )
    this.store = store
    this.claim = claim
  }
}
