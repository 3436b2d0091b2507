import type { Kind, Tagged } from '../failure/failure.js'
import type { Random } from '../ports/random.js'
import { routeData, type AlertTarget, type Last, type RouteData, type RouteFor } from './route.js'
import { jittered } from './schedule.js'

/** What is known of the entry whose attempt failed. */
export interface Tried {
  /** Failed attempts of the hop, this one included. */
  readonly attempts: number
  /** Epoch milliseconds of the first failure. */
  readonly first: number
  /** Milliseconds since then during which the destination was parked. */
  readonly parked: number
}

/** What a route says of one failed attempt. */
export type Verdict =
  | { readonly as: 'again'; readonly at: number }
  | { readonly as: 'last'; readonly last: Last; readonly alerts: readonly AlertTarget[] }

/**
 * Asks a route about one failure. A `retryAt` of the failure wins over a shorter delay. When the schedule gives up, its
 * `orElse` is asked; the alerts of the retry are told then, unless `orElse` has its own.
 */
export const verdict = (
  route: RouteFor<never>,
  failure: Tagged & { readonly retryAt?: number },
  tried: Tried,
  now: number,
  random: Random,
): Verdict => {
  let d = routeData(route, failure)
  let alerts: readonly AlertTarget[] | undefined
  while (d.verb === 'retry') {
    const s = d.schedule
    const at = Math.max(now + jittered(s, tried.attempts, random), hint(failure.retryAt))
    const spent = s.attempts !== undefined && tried.attempts >= s.attempts
    const late = s.upTo !== undefined && now - tried.first - tried.parked >= s.upTo
    if (!spent && !late) return { as: 'again', at }
    alerts = d.alerts
    d = lastOf(d.orElse, failure.kind)
  }
  return { as: 'last', last: d, alerts: d.alerts ?? alerts ?? [] }
}

// A time that is none says nothing, and one that never comes would lose the message.
const hint = (retryAt: unknown): number =>
  typeof retryAt === 'number' && Number.isFinite(retryAt) ? retryAt : 0

// A retry after a retry would never end: what gave up is dead-lettered.
const lastOf = (d: RouteData, kind: Kind): Last => {
  if (d.verb === 'byKind') return lastOf(d.kinds[kind], kind)
  return d.verb === 'retry' ? { verb: 'deadLetter', key: 'skip' } : d
}
