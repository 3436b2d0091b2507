import { isUtf8 } from 'node:buffer'
import type { Issue } from '@xconnector/core'
import { deeperThan } from './deeper-than.js'
import type { Integers } from './integers.js'
import { unsafeIntegers } from './unsafe-integers.js'
import { withoutPrototypes } from './without-prototypes.js'

/** Why bytes are no JSON that can be used: none at all, an integer that would be rounded, or one inside the other too often. */
export type JsonFlaw = 'not-json' | 'unsafe-number' | 'too-deep'

/** What bytes were as JSON. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown; readonly text: string }
  | { readonly ok: false; readonly flaw: JsonFlaw; readonly issues: readonly Issue[] }

/** How strictly JSON is read. */
export interface ParseJsonOptions {
  /** Default `'refuse'`. */
  readonly integers?: Integers
  /** How deep objects and lists may be nested. Default 500. */
  readonly maxDepth?: number
  /** A byte order mark at the beginning: `'skip'`, as RFC 8259 (8.1) allows, or `'refuse'`. Default `'skip'`. */
  readonly mark?: 'skip' | 'refuse'
}

/** How deep JSON may be nested where nothing else is said. */
export const MAX_DEPTH = 500
const MOST_ISSUES = 20

/**
 * Reads JSON (RFC 8259) strictly: UTF-8 without a bad byte, nothing rounded, nothing nested beyond what those who walk it can
 * bear. Of a key that comes twice the last value counts, as with `JSON.parse`. A key `__proto__` is left out: whoever merges
 * the value must not set a prototype by it. Never throws; never quotes what it read, keys in paths apart.
 */
export const parseJson = (bytes: Buffer, options: ParseJsonOptions = {}): ParsedJson => {
  const { integers = 'refuse', maxDepth = MAX_DEPTH, mark = 'skip' } = options
  if (!isUtf8(bytes)) return NOT_JSON
  const marked = mark === 'skip' && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const text = bytes.toString('utf8', marked ? 3 : 0)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return NOT_JSON
  }
  if (deeperThan(text, maxDepth)) return tooDeep(maxDepth)
  const unsafe = unsafeIntegers(text, integers === 'refuse' ? MOST_ISSUES : Infinity)
  if (unsafe.length > 0) {
    if (integers === 'refuse') return { ok: false, flaw: 'unsafe-number', issues: unsafe.map(issueOf) }
    value = JSON.parse(quoted(text, unsafe))
  }
  return { ok: true, value: mayNamePrototype(text) ? withoutPrototypes(value) : value, text }
}

// With an escape, the name may be written in many ways.
const mayNamePrototype = (text: string): boolean => text.includes('__proto__') || text.includes('\\u00')

const NOT_JSON: ParsedJson = Object.freeze({ ok: false, flaw: 'not-json', issues: Object.freeze([]) as [] })

const tooDeep = (most: number): ParsedJson => ({
  ok: false,
  flaw: 'too-deep',
  issues: [{ path: [], message: `expected at most ${most} objects and lists, one inside the other` }],
})

const issueOf = ({ path }: { readonly path: Issue['path'] }): Issue => ({
  path,
  message: 'expected an integer that a number can hold exactly, up to 2^53 - 1',
})

const quoted = (
  text: string,
  places: readonly { readonly start: number; readonly end: number }[],
): string => {
  let out = ''
  let from = 0
  for (const { start, end } of places) {
    out += `${text.slice(from, start)}"${text.slice(start, end)}"`
    from = end
  }
  return out + text.slice(from)
}
