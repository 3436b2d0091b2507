import { NoAnswer } from '../../client/no-answer.js'
import { redact } from '../../outcome/redact.js'
import { retryAfter } from '../../outcome/retry-after.js'
import type { Recorded } from './recorded-fetch.js'
import { TokenFailed, type TokenFailedFacts, type TokenStep } from './token-failed.js'

/** What is known when a token was not to be had. */
export interface Mishap {
  readonly server: string
  readonly step: TokenStep
  readonly thrown: unknown
  readonly answer: Recorded | undefined
  readonly timedOut: boolean
  readonly now: number
  readonly secrets: readonly string[]
}

/**
 * The failure of a token request, from scratch: whatever a library threw holds the request. A server that is in trouble, out
 * of reach, or that answers what makes no sense, may be well later; what it refuses it will refuse again.
 */
export const tokenFailedOf = (mishap: Mishap): TokenFailed => {
  const { server, step, thrown, answer, timedOut, now, secrets } = mishap
  if (thrown instanceof TokenFailed) return thrown
  if (timedOut) return new TokenFailed('transient', { server, step, code: 'TIMED_OUT' })
  const code = codeOf(thrown)
  const kind = FOR_GOOD.has(code) ? 'permanent' : 'transient'
  if (answer === undefined) return new TokenFailed(kind, { server, step, code })
  const { status } = answer
  const facts: TokenFailedFacts = { server, step, status, ...saidIn(answer.text, secrets) }
  if (status >= 200 && status < 300) return new TokenFailed(kind, { ...facts, code })
  const retryAt = retryAfter(Object.fromEntries(answer.headers), now)
  const hint = retryAt === undefined ? {} : { retryAt }
  return new TokenFailed(mayPass(status, facts.error) ? 'transient' : 'permanent', facts, hint)
}

// What an answer of 200 is refused for by a rule, and would be again.
const FOR_GOOD: ReadonlySet<string> = new Set([
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_UNSUPPORTED_OPERATION',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_INVALID_SERVER_METADATA',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
])

const PASSING: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error', 'slow_down'])

const mayPass = (status: number, error: string | undefined): boolean =>
  status >= 500 || status === 408 || status === 425 || status === 429 || PASSING.has(error ?? '')

const LONGEST = 256

const saidIn = (
  text: string,
  secrets: readonly string[],
): Pick<TokenFailedFacts, 'error' | 'description'> => {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return {}
  }
  const { error, error_description: description } = Object(body) as Readonly<Record<string, unknown>>
  return saidBy(error, description, secrets)
}

/** An error code and its description, as far as they may be shown. */
export const saidBy = (
  error: unknown,
  description: unknown,
  secrets: readonly string[],
): Pick<TokenFailedFacts, 'error' | 'description'> => ({
  ...(isCode(error) && redact(error, secrets) === error && { error }),
  ...(typeof description === 'string' &&
    description !== '' && {
      description: redact(description.slice(0, 4 * LONGEST), secrets).slice(0, LONGEST),
    }),
})

// The codes that are registered, and those of vendors, look like this; a token does not.
const isCode = (error: unknown): error is string =>
  typeof error === 'string' && /^[a-z]+(?:_[a-z]+){0,5}$/.test(error) && error.length <= 48

const codeOf = (thrown: unknown): string => {
  if (thrown instanceof NoAnswer) return thrown.code
  const { code } = Object(thrown) as { readonly code?: unknown }
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,48}$/.test(code)) return code
  const { cause } = Object(thrown) as { readonly cause?: unknown }
  return cause === undefined || cause === thrown ? 'UNREACHABLE' : codeOf(cause)
}
