import type { FailureRecord } from '../failure/failure-record.js'

/**
 * What an operator is told: grouped by flow, hop and tag over a window, so that a thousand failures are a few alerts.
 */
export interface Alert {
  readonly flow: string
  readonly hop: string
  /** The `_tag` of the failures. */
  readonly tag: string
  /** How many in this window so far. */
  readonly count: number
  /** Epoch milliseconds of the first and the last of them. */
  readonly since: number
  readonly until: number
  /** The first of them: its entry id and its failure. */
  readonly sample: { readonly id: string; readonly error: FailureRecord }
  /** What became of them. */
  readonly verdict: 'dead' | 'discarded' | 'diverted' | 'again' | 'crashed' | 'alert lost'
  /** How to send them again, in words and code. */
  readonly replay: string
}
