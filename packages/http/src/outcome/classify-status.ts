import type { Seen } from '@xconnector/core'
import { Conflict } from '../failure/conflict.js'
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
import { rateLimit } from './rate-limit.js'
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
  const refused: Seen = { as: 'refused', ...hint }
  switch (status) {
    case 401:
      return { failure: new Unauthorized({ ...permanent, scope: 'destination' }), seen: OK }
    case 403:
      return { failure: new Forbidden(permanent), seen: OK }
    case 404:
      return { failure: new NotFound(permanent), seen: OK }
    case 409:
      // An answer that says when to come again means: the first request with this key is still at work.
      return {
        failure: new Conflict({
          ...permanent,
          kind: retryAt === undefined ? 'permanent' : 'transient',
          ...hint,
        }),
        seen: OK,
      }
    case 412:
      return { failure: new PreconditionFailed(permanent), seen: OK }
    case 429: {
      const at = retryAt ?? emptyUntil(answer, called.now)
      const when = at === undefined ? {} : { retryAt: at }
      return {
        failure: new RateLimited({ kind: 'transient', scope: 'destination', facts, what, ...when }),
        seen: { as: 'refused', ...when },
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
  if (status < 500 || status === 501 || status === 505) return { failure: new Rejected(permanent), seen: OK }
  return {
    failure: new Unavailable({ kind: ambiguous(called.effect), facts, what, ...hint }),
    seen: { as: 'ambiguous', ...hint },
  }
}

const OK: Seen = Object.freeze({ as: 'ok' })

const emptyUntil = (answer: Exchange & { as: 'answered' }, now: number): number | undefined => {
  const limit = rateLimit(answer.headers, now)
  return limit !== undefined && limit.remaining <= 0 ? limit.resetAt : undefined
}
