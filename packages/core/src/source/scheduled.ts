import { DecodeFailed } from '../failure/decode-failed.js'
import type { Json } from '../message/json.js'
import { left, right, type Result } from '../result/result.js'

/** What a flow gets of a schedule's run. Times are epoch milliseconds. */
export interface Scheduled {
  /** The planned time. The run of one planned time is accepted once. */
  readonly at: number
  /** How long after it the run was accepted: milliseconds. */
  readonly late: number
  /** The planned time of the run before; left out for the first. What came between is this run's business. */
  readonly previous?: number
  /** Planned times since then that had no run: missed, or left out for an earlier run. Counted up to the `limit`. */
  readonly skipped: number
}

/** Reads a stored run. */
export const readScheduled = (raw: Json): Result<DecodeFailed, Scheduled> => {
  const r = raw as Partial<Scheduled> | null
  const issues = (['at', 'late', 'skipped', 'previous'] as const)
    .filter((name) => typeof r?.[name] !== 'number' && !(name === 'previous' && r?.previous === undefined))
    .map((name) => ({ path: [name], message: 'expected a number' }))
  return issues.length === 0 ? right(r as Scheduled) : left(new DecodeFailed(issues))
}
