import { headerOf, type AnswerHeaders } from '../outcome/exchange.js'

/** What tells that a file is the same as before, byte for byte: for `If-Range` (RFC 9110, 13.1.5). */
export interface Validator {
  readonly header: 'etag' | 'last-modified'
  readonly value: string
}

const STRONG_ETAG = /^"[\x21\x23-\x7e\x80-\xff]*"$/
// Within the same minute a file may have changed twice, by clocks that differ (RFC 7232, 2.2.2).
const SURE_MS = 60_000

/** The strong validator of an answer: a strong `ETag`, or a `Last-Modified` a minute or more before its `Date`. */
export const strongValidator = (headers: AnswerHeaders): Validator | undefined => {
  const etag = headerOf(headers, 'etag')
  // A weak one says that the remote knows no bytes by it: its date would be no better.
  if (etag !== undefined) return STRONG_ETAG.test(etag) ? { header: 'etag', value: etag } : undefined
  const modified = headerOf(headers, 'last-modified')
  const date = headerOf(headers, 'date')
  if (modified === undefined || date === undefined) return undefined
  return Date.parse(date) - Date.parse(modified) >= SURE_MS
    ? { header: 'last-modified', value: modified }
    : undefined
}

/** Whether a later answer is of the same file. One that does not say is believed: it answered to `If-Range`. */
export const isSame = ({ header, value }: Validator, headers: AnswerHeaders): boolean => {
  const now = headerOf(headers, header)
  return now === undefined || now === value
}
