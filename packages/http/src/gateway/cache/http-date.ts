const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const FORMS = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<d>\d\d) (?<mon>[A-Z][a-z]{2}) (?<y>\d{4}) (?<t>\d\d:\d\d:\d\d) GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<d>\d\d)-(?<mon>[A-Z][a-z]{2})-(?<y>\d\d) (?<t>\d\d:\d\d:\d\d) GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<mon>[A-Z][a-z]{2}) (?<d>[ \d]\d) (?<t>\d\d:\d\d:\d\d) (?<y>\d{4})$/,
]
const HALF_A_CENTURY = 50 * 365.25 * 864e5

/**
 * The moment that an HTTP date names, in epoch milliseconds (RFC 9110, 5.6.7): in the present form and the two old ones, and no
 * other; `undefined` for what is none. A year of two digits is never more than 50 years ahead.
 */
export const dateIn = (text: string | undefined, now: number): number | undefined => {
  for (const form of FORMS) {
    const { d, mon, y, t } = form.exec(text?.trim() ?? '')?.groups ?? {}
    if (d === undefined) continue
    const month = MONTHS.indexOf(mon!)
    if (month === -1) return undefined
    const century = y!.length === 2 ? '20' : ''
    const at = Date.parse(
      `${century}${y}-${String(month + 1).padStart(2, '0')}-${d.trim().padStart(2, '0')}T${t}Z`,
    )
    if (Number.isNaN(at)) return undefined
    if (century === '' || at <= now + HALF_A_CENTURY) return at
    return Date.parse(`19${new Date(at).toISOString().slice(2)}`)
  }
  return undefined
}

/** A moment as an HTTP date, in the present form. */
export const httpDate = (ms: number): string => new Date(ms).toUTCString()
