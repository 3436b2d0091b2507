import { valuesOf, type HeaderList } from '../wire/header-list.js'

/** By lower-case name. */
export type RequestFields = Readonly<Record<string, string>>

/** The names of the request headers that an answer varies by, in order; `undefined` for `*`. */
export const varyNames = (headers: HeaderList): readonly string[] | undefined => {
  const names = valuesOf(headers, 'vary')
    .join(',')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  return names.includes('*') ? undefined : [...new Set(names)].sort()
}

/** The values that a request has for some names. */
export const varyValues = (
  names: readonly string[],
  request: RequestFields,
): readonly (readonly [name: string, value: string])[] =>
  names.map((name) => [name, normal(name, request[name])])

/** Whether an answer is for a request. */
export const suits = (
  vary: readonly (readonly [name: string, value: string])[],
  request: RequestFields,
): boolean => vary.every(([name, value]) => normal(name, request[name]) === value)

// Their values are the same in any case (RFC 9110, 8.4.1 and 12.5.4).
const ANY_CASE = new Set(['accept-encoding', 'accept-language'])

// RFC 9111, 4.1: white space that means nothing. An absent field is not an empty one.
const normal = (name: string, value: string | undefined): string => {
  if (value === undefined) return '\0'
  // First the runs: looked for around each comma, a long one would be gone through once for each of its characters.
  const text = value.trim().replace(/\s+/g, ' ').replace(/ ?, ?/g, ', ')
  return ANY_CASE.has(name) ? text.toLowerCase() : text
}
