import { headerOf, type AnswerHeaders } from './exchange.js'
import { later } from './retry-after.js'

/** What an answer says about the remote's limit. */
export interface RateLimit {
  /** Calls left in the window. */
  readonly remaining: number
  /** When the window ends: epoch milliseconds. */
  readonly resetAt?: number
}

/**
 * Reads `RateLimit` (the IETF draft: `"default";r=50;t=30`), or the older `RateLimit-Remaining` and
 * `X-RateLimit-Remaining` with `-Reset` in seconds from now or since 1970. Of several limits the tightest counts.
 */
export const rateLimit = (headers: AnswerHeaders, now: number): RateLimit | undefined => {
  const draft = headerOf(headers, 'ratelimit')
  if (draft !== undefined) return tightest(draft, now)
  for (const [remaining, reset] of OLDER) {
    const left = headerOf(headers, remaining)
    if (left !== undefined && DIGITS.test(left)) return limit(Number(left), headerOf(headers, reset), now)
  }
  return undefined
}

const OLDER = [
  ['ratelimit-remaining', 'ratelimit-reset'],
  ['x-ratelimit-remaining', 'x-ratelimit-reset'],
] as const
const DIGITS = /^\d{1,15}$/
const EPOCH_SECONDS = 1e9
const EPOCH_MILLIS = 1e12

const tightest = (draft: string, now: number): RateLimit | undefined => {
  let found: RateLimit | undefined
  for (const item of draft.split(',')) {
    const [, r] = /;\s*r=(\d{1,15})(?:;|\s|$)/.exec(item) ?? []
    const [, t] = /;\s*t=(\d{1,15})(?:;|\s|$)/.exec(item) ?? []
    if (r !== undefined && (found === undefined || Number(r) < found.remaining))
      found = limit(Number(r), t, now)
  }
  return found
}

const limit = (remaining: number, reset: string | undefined, now: number): RateLimit => {
  if (reset === undefined || !DIGITS.test(reset)) return { remaining }
  const n = Number(reset)
  const ms = n > EPOCH_MILLIS ? n - now : n > EPOCH_SECONDS ? n * 1000 - now : n * 1000
  return { remaining, resetAt: later(now, ms) }
}
