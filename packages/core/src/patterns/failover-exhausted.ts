import { Failure, type Tagged } from '../failure/failure.js'
import type { FailedBranch } from '../failure/partial-failure.js'

/**
 * No target of a failover took the message. Carries the failure of every one, in the order of the targets;
 * `attempts` is 0 for one that was not called, because its destination is parked.
 *
 * Transient when any of them is, and then with the time at which the first of them asked to be called again, where all
 * said so; else permanent.
 */
export class FailoverExhausted extends Failure<'FailoverExhausted', 'transient' | 'permanent'> {
  readonly failed: readonly FailedBranch[]

  constructor(name: string, failed: readonly FailedBranch[]) {
    const transient = failed.some((f) => f.error.kind === 'transient')
    const times = failed.map((f) => againAt(f.error))
    const retryAt = Math.min(...times.map((at) => at ?? Number.NaN))
    super(
      'FailoverExhausted',
      transient ? 'transient' : 'permanent',
      `failover "${name}": no target took it: ${failed.map((f) => `${f.branch}: ${f.error._tag}`).join(', ')}`,
      transient && Number.isFinite(retryAt) ? { retryAt } : {},
    )
    this.failed = failed
  }
}

const againAt = (
  error: Tagged & { readonly retryAt?: number; readonly until?: number },
): number | undefined => error.retryAt ?? error.until
