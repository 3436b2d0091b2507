import type { ToldLimit } from '@xconnector/core'
import { parseDictionary, parseList, Token } from 'structured-headers'
import { headerOf, type AnswerHeaders } from './exchange.js'
import type { RateLimit } from './rate-limit.js'
import { later, LONGEST_MS } from './retry-after.js'

type Parameters = ReadonlyMap<string, unknown>

/**
 * `RateLimit` and `RateLimit-Policy` as structured fields (RFC 9651): a list of items with the parameters `r` and `t`, and
 * `q`, `w` and `qu`. The dictionary of older drafts (`limit=100, remaining=50, reset=30`; policy `100;w=60`) is read too.
 * Quotas of another unit than requests are left out: a call does not say what it will cost.
 */
export const structuredLimit = (headers: AnswerHeaders, now: number): RateLimit | undefined => {
  const field = headerOf(headers, 'ratelimit')
  const policy = headerOf(headers, 'ratelimit-policy')
  if (field === undefined && policy === undefined) return undefined
  const policies = policy === undefined ? [] : policiesIn(policy)
  const others = new Set(policies.filter((p) => !p.requests).map((p) => p.name))
  const limits = policies.flatMap((p) => (p.requests ? [p.limit] : []))
  const left = field === undefined ? undefined : (leftIn(field, others) ?? olderLeft(field))
  const told = limits.length > 0 ? limits : left?.limit === undefined ? [] : [{ limit: left.limit }]
  if (left === undefined && told.length === 0) return undefined
  return {
    ...(left !== undefined && { remaining: left.remaining }),
    ...(left?.seconds !== undefined && { resetAt: later(now, left.seconds * 1000) }),
    ...(told.length > 0 && { limits: told }),
  }
}

interface Left {
  readonly remaining: number
  readonly seconds?: number
  readonly limit?: number
}

const leftIn = (field: string, others: ReadonlySet<unknown>): Left | undefined => {
  let tightest: Left | undefined
  for (const [name, parameters] of listIn(field)) {
    const r = count(parameters.get('r'))
    if (r === undefined || others.has(name)) continue
    const t = count(parameters.get('t'))
    const sooner = tightest === undefined || r < tightest.remaining
    // Of two that are used up, the one that lasts longer.
    const longer = r === tightest?.remaining && (t ?? 0) > (tightest.seconds ?? 0)
    if (sooner || longer) tightest = { remaining: r, ...(t !== undefined && { seconds: t }) }
  }
  return tightest
}

const olderLeft = (field: string): Left | undefined => {
  try {
    const fields = parseDictionary(field)
    const value = (name: string): number | undefined => count(fields.get(name)?.[0])
    const remaining = value('remaining')
    if (remaining === undefined) return undefined
    const seconds = value('reset')
    const limit = value('limit')
    return {
      remaining,
      ...(seconds !== undefined && { seconds }),
      ...(limit !== undefined && limit > 0 && { limit }),
    }
  } catch {
    return undefined
  }
}

interface Policy {
  readonly name: unknown
  readonly requests: boolean
  readonly limit: ToldLimit
}

const policiesIn = (policy: string): readonly Policy[] =>
  listIn(policy).flatMap(([name, parameters]) => {
    const limit = count(parameters.get('q')) ?? count(name)
    if (limit === undefined || limit < 1) return []
    const w = count(parameters.get('w'))
    // What is left of it is heeded; by a window of years one answer would hold up every call of this process.
    if (w !== undefined && w * 1000 > LONGEST_MS) return []
    const unit = parameters.get('qu')
    const requests = unit === undefined || isRequests(unit)
    return [{ name, requests, limit: { limit, ...(w !== undefined && w > 0 && { per: w * 1000 }) } }]
  })

const listIn = (field: string): readonly (readonly [unknown, Parameters])[] => {
  try {
    return parseList(field)
  } catch {
    return []
  }
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined

// A text or a token.
const isRequests = (unit: unknown): boolean =>
  unit === 'requests' || (unit instanceof Token && unit.toString() === 'requests')
