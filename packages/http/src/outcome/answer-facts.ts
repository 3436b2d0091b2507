import { headerOf, type AnswerHeaders } from './exchange.js'
import { redact } from './redact.js'

const CHOSEN = [
  'content-type',
  'content-encoding',
  'date',
  'etag',
  'retry-after',
  'allow',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'ratelimit-remaining',
  'ratelimit-reset',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'request-id',
  'x-request-id',
  'x-correlation-id',
  'correlation-id',
  'traceparent',
  'cf-ray',
]
const LONGEST_HEADER = 256
const LONGEST_ANSWER = 4096
// Characters for one of a secret's, percent-encoded twice.
const LONGEST_WRITING = 15

/** The headers of an answer that help an operator, redacted; `location` without its query. */
export const chosenHeaders = (
  headers: AnswerHeaders,
  secrets: readonly string[],
): Readonly<Record<string, string>> => {
  const chosen: Record<string, string> = {}
  for (const name of CHOSEN) {
    const value = headerOf(headers, name)
    if (value === undefined) continue
    const text = name === 'location' ? withoutQuery(value) : value
    chosen[name] = redact(text, secrets).slice(0, LONGEST_HEADER)
  }
  return chosen
}

/** The beginning of an answer as text, redacted; what is not text is only measured. */
export const answerText = (
  body: Buffer,
  type: string | undefined,
  secrets: readonly string[],
): string | undefined => {
  if (body.length === 0) return undefined
  if (type !== undefined && !TEXT.test(type))
    return `(${body.length} bytes of ${redact(type, secrets).slice(0, LONGEST_HEADER)})`
  // More than is kept, so that no secret is cut in two before it is looked for.
  const start = body.toString('utf8', 0, 4 * LONGEST_ANSWER)
  const shown = redact(start, secrets)
  if (body.length <= 4 * LONGEST_ANSWER) return shown.slice(0, LONGEST_ANSWER)
  // Masks are shorter than what they stand for: the end, where one may be cut in two, may have come near.
  const unsure = LONGEST_WRITING * Math.max(0, ...secrets.map((s) => s.length))
  return shown.slice(0, Math.max(0, Math.min(LONGEST_ANSWER, shown.length - unsure)))
}

const TEXT = /^text\/|json|xml|javascript|x-www-form-urlencoded/i

const withoutQuery = (location: string): string =>
  location.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')
