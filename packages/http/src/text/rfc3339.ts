const FORM = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/**
 * The instant of an RFC 3339 timestamp, in epoch milliseconds; what is finer is cut off. `undefined` for what is none: a
 * day that the month does not have, no offset. A leap second is the end of its minute.
 */
export const rfc3339 = (text: string): number | undefined => {
  const found = FORM.exec(text)
  if (found === null) return undefined
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined
  const [offsetHour, offsetMinute] = [Number(found[9] ?? 0), Number(found[10] ?? 0)]
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined
  // By its ISO form, because `Date.UTC` takes the years 0 to 99 for those of the last century.
  const at = Date.parse(`${found[1]!}-${found[2]!}-${found[3]!}T00:00:00Z`)
  const offset = (offsetHour * 60 + offsetMinute) * (found[8] === '-' ? -1 : 1)
  const millis = Number((found[7] ?? '').slice(0, 3).padEnd(3, '0'))
  return at + ((hour * 60 + minute - offset) * 60 + second) * 1000 + millis
}

const daysOf = (year: number, month: number): number =>
  month === 2 ? (leap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

const leap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
