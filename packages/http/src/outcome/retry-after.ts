import { headerOf, type AnswerHeaders } from './exchange.js'

/** The longest time that a remote's word is taken for: 30 days. */
export const LONGEST_MS: number = 30 * 864e5
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\d A-Za-z:-]{10,30}$/

/**
 * When a remote asked to be called again: epoch milliseconds from `Retry-After` (RFC 9110, 10.2.3), at most 30 days from
 * now, or `undefined`. A date counts from the answer's own `Date`, so that a clock that is wrong over there does no harm.
 * Rounded up to whole seconds.
 */
export const retryAfter = (headers: AnswerHeaders, now: number): number | undefined => {
  const hint = headerOf(headers, 'retry-after')?.trim()
  if (hint === undefined) return undefined
  if (/^\d+(?:\.\d+)?$/.test(hint)) return later(now, Number(hint) * 1000)
  const at = dateOf(hint)
  if (at === undefined) return undefined
  return later(now, at - (dateOf(headerOf(headers, 'date')) ?? now))
}

/** `ms` from now, within bounds. */
export const later = (now: number, ms: number): number =>
  now + Math.min(LONGEST_MS, Math.max(0, Math.ceil(ms / 1000) * 1000))

/** Epoch milliseconds of a date of HTTP (RFC 9110, 5.6.7), in any of its three forms. */
export const dateOf = (text: string | undefined): number | undefined => {
  if (text === undefined || !HTTP_DATE.test(text)) return undefined
  // asctime dates name no zone; all HTTP dates are in GMT.
  const ms = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(ms) ? undefined : ms
}
