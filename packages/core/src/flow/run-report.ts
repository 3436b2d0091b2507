/** What became of an item of a batch run. */
export type ItemOutcome = 'created' | 'updated' | 'unchanged'

/**
 * The one report of a batch run, made when every item of it has come to an end. `total` is the sum of the five numbers
 * below it, and of `held`. A dead letter that is replayed later does not change it.
 */
export interface RunReport {
  /** The id of the message that the run is of: also the root of its dead letters. */
  readonly run: string
  readonly flow: string
  /** The name of the split. */
  readonly split: string
  /** Epoch milliseconds: when the first item was read. */
  readonly started: number
  /** Epoch milliseconds: when it was seen that no item was under way any more. */
  readonly ended: number
  /** `ended` less `started`: milliseconds. */
  readonly took: number
  /** Rows read. */
  readonly total: number
  readonly created: number
  readonly updated: number
  /** Items that came to an end, and were neither created nor updated: filtered and discarded ones too. */
  readonly unchanged: number
  /** Items that are a dead letter, or of which a branch is one. */
  readonly dead: number
  /** Rows that could not be decoded and were left out: `onBad: 'skip'`. */
  readonly skipped: number
  /** Items that wait behind a dead one: `onFailure: 'stop'`. */
  readonly held: number
}
