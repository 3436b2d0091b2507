import type { Seen, ToldLimit } from '@xconnector/core'
import { headerOf, type AnswerHeaders } from './exchange.js'
import { structuredLimit } from './rate-limit-fields.js'
import { resetMs } from './rate-limit-reset.js'
import { later, LONGEST_MS } from './retry-after.js'

/** What an answer says about the remote's limit. */
export interface RateLimit {
  /** Calls left in the window; absent where only the limits are told. */
  readonly remaining?: number
  /** When the window ends: epoch milliseconds, at most 30 days from now. */
  readonly resetAt?: number
  /** How often it may be called: `limit` calls in `per` milliseconds, where that is known. */
  readonly limits?: readonly ToldLimit[]
}

/**
 * Reads what a remote says of its limits, in this order:
 * - `RateLimit` and `RateLimit-Policy` of the IETF draft (draft-ietf-httpapi-ratelimit-headers: `"default";r=50;t=30` and
 *   `"default";q=100;w=60`), and their forms in older drafts. Of several limits the tightest counts;
 * - `RateLimit-Limit`, `-Remaining`, `-Reset` of older drafts, and the `X-RateLimit-…` and `X-Rate-Limit-…` families, also
 *   those that name a window (`X-RateLimit-Remaining-Minute`) or count requests (`X-RateLimit-Remaining-Requests`).
 *
 * A reset is seconds from now, seconds or milliseconds since 1970, a date, or a duration as `6m0s`. What is not understood is
 * as if it were not there.
 */
export const rateLimit = (headers: AnswerHeaders, now: number): RateLimit | undefined => {
  if (!tellsOfLimits(headers)) return undefined
  const structured = structuredLimit(headers, now)
  if (structured?.remaining !== undefined) return structured
  let tightest: RateLimit | undefined
  const limits: ToldLimit[] = [...(structured?.limits ?? [])]
  for (const family of FAMILIES) {
    const found = familyLimit(headers, family, now)
    if (found === undefined) continue
    if (limits.length === 0 || family.per !== undefined) limits.push(...(found.limits ?? []))
    if (tightest?.remaining === undefined || (found.remaining ?? Infinity) < tightest.remaining)
      tightest = found
  }
  if (tightest === undefined) return structured
  const { remaining, resetAt } = tightest
  return {
    ...(remaining !== undefined && { remaining }),
    ...(resetAt !== undefined && { resetAt }),
    ...(limits.length > 0 && { limits }),
  }
}

// Every good answer is asked: most tell nothing.
const tellsOfLimits = (headers: AnswerHeaders): boolean => {
  for (const name in headers) if (name.startsWith('ratelimit') || name.startsWith('x-rate')) return true
  return false
}

/** What a good answer, or any other, adds to what its destination was seen to do. */
export const limitsSeen = (limit: RateLimit | undefined): Pick<Seen, 'remaining' | 'retryAt' | 'limits'> => {
  if (limit === undefined) return NOTHING
  const { remaining, resetAt, limits } = limit
  return {
    ...(remaining !== undefined && { remaining }),
    ...(resetAt !== undefined && { retryAt: resetAt }),
    ...(limits !== undefined && { limits }),
  }
}

const NOTHING = Object.freeze({})

interface Family {
  readonly limit: string
  readonly remaining: string
  readonly resets: readonly string[]
  readonly per?: number
}

const WINDOWS = { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5 } as const

const familyOf = (prefix: string, suffix = '', per?: number): Family => ({
  limit: `${prefix}-limit${suffix}`,
  remaining: `${prefix}-remaining${suffix}`,
  resets: [`${prefix}-reset-after${suffix}`, `${prefix}-reset${suffix}`],
  ...(per !== undefined && { per }),
})

const PREFIXES = ['ratelimit', 'x-ratelimit', 'x-rate-limit']

const FAMILIES: readonly Family[] = [
  ...PREFIXES.map((prefix) => familyOf(prefix)),
  ...PREFIXES.map((prefix) => familyOf(prefix, '-requests')),
  ...PREFIXES.flatMap((prefix) =>
    Object.entries(WINDOWS).map(([name, per]) => familyOf(prefix, `-${name}`, per)),
  ),
]

const familyLimit = (headers: AnswerHeaders, family: Family, now: number): RateLimit | undefined => {
  const remaining = whole(headerOf(headers, family.remaining))
  const limit = firstOf(headerOf(headers, family.limit))
  if (remaining === undefined && limit === undefined) return undefined
  const ms = family.resets.map((name) => resetMs(headerOf(headers, name), now)).find((r) => r !== undefined)
  const span = spanned(headers, family)
  const limits = limit === undefined || limit < 1 || (span.per ?? 0) > LONGEST_MS ? [] : [{ limit, ...span }]
  return {
    ...(remaining !== undefined && { remaining }),
    ...(ms !== undefined && { resetAt: later(now, ms) }),
    ...(limits.length > 0 && { limits }),
  }
}

// An older draft told the window beside the limit: `100, 100;w=60`.
const spanned = (headers: AnswerHeaders, family: Family): { readonly per?: number } => {
  if (family.per !== undefined) return { per: family.per }
  const [, w] = /;\s*w=(\d{1,9})(?:\D|$)/.exec(headerOf(headers, family.limit) ?? '') ?? []
  return w === undefined || Number(w) === 0 ? {} : { per: Number(w) * 1000 }
}

const whole = (text: string | undefined): number | undefined => {
  const t = text?.trim()
  return t !== undefined && /^\d{1,15}(?:\.0{1,3})?$/.test(t) ? Number(t) : undefined
}

const firstOf = (text: string | undefined): number | undefined => whole(text?.split(/[,;]/, 1)[0])
