import { checkMade } from '../message/check-made.js'
import { Secret } from '../failure/secret.js'
import { millis, type Duration } from '../message/duration.js'
import { right } from '../result/result.js'
import { reader, type Reader } from './reader.js'

/** Any text that is not empty. */
export const text: Reader<string> = reader('a text', (t) => t)

/** A secret, labelled with its variable: it prints as `[VARIABLE]` everywhere. */
export const secret: Reader<Secret> = reader('a secret', (t, variable) => new Secret(t, variable))

/** An absolute http or https URL, as text. It may carry no user name and no password: use `secret` for those. */
export const url: Reader<string> = reader('an http or https URL without user name and password', (t) => {
  const parsed = new URL(t)
  const web = parsed.protocol === 'https:' || parsed.protocol === 'http:'
  return web && parsed.username === '' && parsed.password === '' ? t : undefined
})

/** A whole number that a JavaScript number holds exactly. */
export const integer: Reader<number> = reader('an integer', (t) => {
  const n = Number(t)
  return /^-?\d+$/.test(t) && Number.isSafeInteger(n) ? n : undefined
})

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** `true` or `1`, `false` or `0`. */
export const flag: Reader<boolean> = reader('true, false, 1 or 0', (t) => FLAGS.get(t))

/** A length of time: `'30s'`, `'24h'`. */
export const duration: Reader<Duration> = reader("a duration like '30s' or '24h'", (t, variable) => {
  millis(t as Duration, variable)
  return t as Duration
})

/**
 * A variable that may be missing or empty: gives `fallback` then, undefined where none is given. One that is set must
 * still be readable.
 */
export function optional<A>(inner: Reader<A>): Reader<A | undefined>
export function optional<A, const D>(inner: Reader<A>, fallback: D): Reader<A | D>
export function optional<A, D>(inner: Reader<A>, fallback?: D): Reader<A | D | undefined> {
  checkMade('optional: inner', 'a reader, such as text or secret', inner, 'read')
  return { read: (t, variable) => (t === undefined || t === '' ? right(fallback) : inner.read(t, variable)) }
}
