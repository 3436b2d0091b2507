import { secondsOf, type Directives } from './directives.js'
import type { StoredAnswer } from './store.js'

/**
 * What to do with a stored answer. `fresh`: give it. `allowed-stale`: give it, for the request allows that. `refresh`: give it,
 * and ask anew meanwhile. `validate`: ask first.
 */
export type Decision = 'fresh' | 'allowed-stale' | 'refresh' | 'validate'

/** How old a stored answer is, in seconds. */
export const ageNow = (stored: StoredAnswer, now: number): number =>
  stored.age + Math.max(0, now - stored.at) / 1000

/** Decides by the answer's own rules, and by the request's (RFC 9111, 4.2 and 5.2.1; RFC 5861). */
export const decide = (stored: StoredAnswer, request: Directives, now: number): Decision => {
  const age = ageNow(stored, now)
  const over = age - stored.lifetime
  if ('no-cache' in request) return 'validate'
  const maxAge = secondsOf(request, 'max-age')
  if (maxAge !== undefined && age > maxAge) return 'validate'
  const minFresh = secondsOf(request, 'min-fresh')
  if (minFresh !== undefined && -over < minFresh) return 'validate'
  if (over < 0) return 'fresh'
  if (!stored.strict && 'max-stale' in request) {
    const most = request['max-stale'] === true ? Infinity : secondsOf(request, 'max-stale')!
    if (over <= most) return 'allowed-stale'
  }
  return over < stored.whileRevalidate ? 'refresh' : 'validate'
}

/** Whether it may be given although asking anew failed. A request may widen the window (RFC 5861, 4), not one that is strict. */
export const mayOutliveError = (stored: StoredAnswer, request: Directives, now: number): boolean => {
  const asked = stored.strict ? 0 : (secondsOf(request, 'stale-if-error') ?? 0)
  const window = Math.max(stored.ifError, asked)
  return window > 0 && ageNow(stored, now) - stored.lifetime < window
}
