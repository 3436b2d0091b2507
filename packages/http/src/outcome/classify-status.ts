import type { Seen } from '@xconnector/core'
import { connectFault } from '../network/connect-fault.js'
import { Conflict } from '../failure/conflict.js'
import { ConnectFailed } from '../failure/connect-failed.js'
import { Forbidden } from '../failure/forbidden.js'
import type { CallFacts, Occurrence } from '../failure/http-failure.js'
import { NotFound } from '../failure/not-found.js'
import { PreconditionFailed } from '../failure/precondition-failed.js'
import { RateLimited } from '../failure/rate-limited.js'
import { Rejected } from '../failure/rejected.js'
import { Unauthorized } from '../failure/unauthorized.js'
import { Unavailable } from '../failure/unavailable.js'
import { ambiguous } from './ambiguous.js'
import type { Called, Classified } from './classify.js'
import type { Exchange } from './exchange.js'
import { limitsSeen, rateLimit, type RateLimit } from './rate-limit.js'
import { retryAfter } from './retry-after.js'

/** The failure in a status of 400 or more (RFC 9110, 15.5 and 15.6; RFC 6585; RFC 8470 for 425). */
export const classifyStatus = (
  called: Called,
  answer: Exchange & { as: 'answered' },
  facts: CallFacts,
): Classified => {
  const { status, headers } = answer
  const retryAt = retryAfter(headers, called.now)
  const hint = retryAt === undefined ? {} : { retryAt }
  const what = `was answered with ${status}`
  const permanent: Occurrence<'permanent'> = { kind: 'permanent', facts, what }
  const limit = rateLimit(headers, called.now)
  const limits = limit?.limits === undefined ? {} : { limits: limit.limits }
  const refused: Seen = { as: 'refused', ...limits, ...hint }
  const ok: Seen = limit === undefined ? OK : { as: 'ok', ...limitsSeen(limit) }
  switch (status) {
    case 401:
      return { failure: new Unauthorized({ ...permanent, scope: 'destination' }), seen: ok }
    case 403: {
      // Some answer so when a limit is used up, and say when it ends (GitHub's REST API).
      const at = retryAt ?? emptyUntil(limit)
      return at === undefined
        ? { failure: new Forbidden(permanent), seen: ok }
        : {
            failure: new RateLimited({ ...permanent, kind: 'transient', scope: 'destination', retryAt: at }),
            seen: { as: 'refused', ...limits, retryAt: at },
          }
    }
    case 404:
      return { failure: new NotFound(permanent), seen: ok }
    case 407:
      return { failure: proxyRefused(facts), seen: refused }
    case 409:
      // An answer that says when to come again means: the first request with this key is still at work.
      return {
        failure: new Conflict({
          ...permanent,
          kind: retryAt === undefined ? 'permanent' : 'transient',
          ...hint,
        }),
        seen: ok,
      }
    case 412:
      return { failure: new PreconditionFailed(permanent), seen: ok }
    case 429: {
      const at = retryAt ?? emptyUntil(limit)
      const when = at === undefined ? {} : { retryAt: at }
      return {
        failure: new RateLimited({ kind: 'transient', scope: 'destination', facts, what, ...when }),
        seen: { as: 'refused', ...limits, ...when },
      }
    }
    case 503:
      return {
        failure: new Unavailable({ kind: 'transient', scope: 'destination', facts, what, ...hint }),
        seen: refused,
      }
    case 408:
    case 421:
    case 425:
      return { failure: new Unavailable({ kind: 'transient', facts, what, ...hint }), seen: refused }
  }
  if (status < 500 || status === 501 || status === 505) return { failure: new Rejected(permanent), seen: ok }
  return {
    failure: new Unavailable({ kind: ambiguous(called.effect), facts, what, ...hint }),
    seen: { as: 'ambiguous', ...limits, ...hint },
  }
}

const OK: Seen = Object.freeze({ as: 'ok' })

const emptyUntil = (limit: RateLimit | undefined): number | undefined =>
  limit?.remaining !== undefined && limit.remaining <= 0 ? limit.resetAt : undefined

// A plain request that its proxy did not pass on.
const proxyRefused = (facts: CallFacts): ConnectFailed => {
  const code = 'PROXY_AUTHENTICATION_REQUIRED'
  const { kind, what } = connectFault(code)!
  return new ConnectFailed({
    kind,
    scope: 'destination',
    facts: { ...facts, code },
    what: `was not sent: ${what}`,
  })
}
