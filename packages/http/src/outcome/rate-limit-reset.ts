import { dateOf } from './retry-after.js'

const EPOCH_SECONDS = 1e9
const EPOCH_MILLIS = 1e12
const NUMBER = /^\d{1,15}(?:\.\d{1,9})?$/
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/
const DURATION =
  /^(?:(\d{1,6})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,9}(?:\.\d{1,9})?)s)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?$/

/**
 * Milliseconds until a limit's window ends, of a header whose form everybody chose for himself: seconds from now, seconds or
 * milliseconds since 1970, a date of RFC 3339 or of HTTP, or a duration such as `6m0s`.
 */
export const resetMs = (given: string | undefined, now: number): number | undefined => {
  const text = given?.trim()
  if (text === undefined || text === '') return undefined
  if (NUMBER.test(text)) {
    const n = Number(text)
    return n > EPOCH_MILLIS ? n - now : n > EPOCH_SECONDS ? n * 1000 - now : n * 1000
  }
  if (ISO.test(text)) {
    const at = Date.parse(text)
    return Number.isNaN(at) ? undefined : at - now
  }
  const [whole, h, m, s, ms] = DURATION.exec(text) ?? []
  if (whole !== undefined)
    return Number(h ?? 0) * 36e5 + Number(m ?? 0) * 6e4 + Number(s ?? 0) * 1e3 + Number(ms ?? 0)
  const date = dateOf(text)
  return date === undefined ? undefined : date - now
}
