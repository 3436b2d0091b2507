import { rfc3339 } from '../text/rfc3339.js'

/** How a sender writes the time: whole seconds or milliseconds since 1970, or RFC 3339. */
export type TimestampFormat = 'seconds' | 'milliseconds' | 'rfc3339'

// A number without a sign, without zeros in front, and with nothing behind it: small enough for any arithmetic.
const SECONDS = /^(?:0|[1-9]\d{0,11})$/
const MILLISECONDS = /^(?:0|[1-9]\d{0,14})$/

/** A timestamp as epoch milliseconds; `undefined` when it is malformed. */
export const timestampOf = (text: string, format: TimestampFormat): number | undefined => {
  if (format === 'rfc3339') return rfc3339(text)
  if (format === 'milliseconds') return MILLISECONDS.test(text) ? Number(text) : undefined
  return SECONDS.test(text) ? Number(text) * 1000 : undefined
}
