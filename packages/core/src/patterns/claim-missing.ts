import { Failure } from '../failure/failure.js'
import type { FileRef } from '../message/file-ref.js'

/** What a claim stands for is not in the store (any more): released, swept, or of another store. */
export class ClaimMissing extends Failure<'ClaimMissing', 'permanent'> {
  /** The store's name. */
  readonly store: string
  /** The claim's id. */
  readonly claim: string

  constructor(store: string, claim: Pick<FileRef, 'provider' | 'id'>) {
    const because =
      claim.provider === store
        ? 'it was released, or swept by age: keep claims for longer than a message may live'
        : `it is of the store "${claim.provider}": give that one`
    super(
      'ClaimMissing',
      'permanent',
      `store "${store}" has no claim ${String(claim.id).slice(0, SHOWN)}: ${because}`,
    )
    this.store = store
    this.claim = claim.id
  }
}

const SHOWN = 80
