import type { Integers } from './integers.js'
import { unsafeIntegers } from './unsafe-integers.js'

/**
 * A value as JSON, of which nothing was rounded.
 *
 * @throws TypeError that begins with `at`, and names the place but not the value: for what JSON cannot carry, an integer
 * that has lost digits, and a `bigint` unless integers are `'text'`.
 */
export const stringifyJson = (value: unknown, integers: Integers, at: string): string => {
  let text: string | undefined
  try {
    text = JSON.stringify(value) as string | undefined
  } catch (thrown) {
    const withBigints = digitsOf(value, integers, at)
    if (withBigints === undefined) throw thrown
    return withBigints
  }
  if (text === undefined)
    throw new TypeError(`${at}: expected a value that JSON can carry, got ${typeof value}`)
  const [unsafe] = unsafeIntegers(text, 1)
  if (unsafe !== undefined) throw rounded(unsafe.path.join('.'), at)
  return text
}

// On Node since 21; TypeScript's library does not know it yet.
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown }

// Once more with a look at each value, which costs twice as much. Undefined: it was no bigint that could not be carried.
const digitsOf = (value: unknown, integers: Integers, at: string): string | undefined => {
  let found = false
  const text = JSON.stringify(value, (key, inner: unknown) => {
    if (
      typeof inner === 'number' &&
      Number.isInteger(inner) &&
      !Number.isSafeInteger(inner) &&
      Math.abs(inner) < 1e21
    )
      throw rounded(key, at)
    if (typeof inner !== 'bigint') return inner
    found = true
    if (integers === 'text') return rawJSON(String(inner))
    throw new TypeError(`${at}: expected no bigint in ${place(key)}; integers: 'text' sends its digits`)
  })
  return found ? text : undefined
}

const rounded = (path: string, at: string): TypeError =>
  new TypeError(
    `${at}: the integer in ${place(path)} is past 2^53 - 1 and has lost digits; ` +
      `give a string, or a bigint with integers: 'text'`,
  )

const place = (path: string): string => (path === '' ? 'the body' : `"${path}"`)
