import type { Tagged } from '../failure/failure.js'
import type { Result } from '../result/result.js'
import type { Ending } from './joined.js'

/** The reply of a flow that ended in deliveries. */
export interface Sent {
  readonly sent: true
}

export const SENT: Sent = Object.freeze({ sent: true })

/** What the run of a branch in memory came to. */
export const ending = (r: Result<unknown, unknown>): Ending => {
  if (r._tag === 'Right') return { as: 'reply', value: r.right }
  const error = r.left as Tagged
  return error._tag === 'Filtered' ? { as: 'none' } : { as: 'failure', error, attempts: 1 }
}
