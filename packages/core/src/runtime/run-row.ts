import type { RunReport } from '../flow/run-report.js'
import type { Stored } from '../ports/journal.js'

/** What is kept of a flow's batch runs: the latest one. Moved with each chunk; what progress is read from. */
export interface RunRow {
  /** The id of the message. */
  readonly run: string
  /** The path of the split. */
  readonly split: string
  /** Epoch milliseconds. */
  readonly started: number
  /** Rows gone over. */
  readonly read: number
  readonly skipped: number
  /** How many rows there are, where that is known. */
  readonly total?: number
  /** All rows have been read. */
  readonly all?: true
  /** Its report: it is over. */
  readonly report?: RunReport
}

/** The name of that state. */
export const runRowName = (flow: string): string => `run:${flow}`

export const runRowOf = (stored: Stored | undefined): RunRow | undefined =>
  stored?.value as unknown as RunRow | undefined
