import type { DriftKind } from './finding.js'

/**
 * Something in the messages of a source that is not as it was. `unknown`: a field that the decoder does not know and that was
 * not there before. `value`: a new value of a field that had few. `type`: another kind of JSON. `vanished`: a field is gone
 * that was always there.
 */
export interface DriftAlarm {
  readonly source: string
  /** The type of its messages. */
  readonly type: string
  /** `data.entry.tags[].name`; `[]` for any index, `*` for keys that are data. */
  readonly path: string
  readonly what: DriftKind
  /** In how many messages it was seen, of those that were looked at. */
  readonly count: number
  /** Epoch milliseconds. */
  readonly since: number
  /** When it was seen last. */
  readonly at: number
  /** The kind of JSON that is there; of `vanished`, that was there; of `value`, the new one. No other value of a message. */
  readonly sample: string
  /** The id of a message that has it. */
  readonly example: string
}
