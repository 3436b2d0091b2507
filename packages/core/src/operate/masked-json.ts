import { isCredential, MASK, withoutCredentials } from '../failure/credentials.js'
import type { Json } from '../message/json.js'

/** Longer texts are cut. */
const LONGEST = 8000

const DEEPEST = 100

/**
 * Data of a message as it may be shown to people: texts, and lists of texts, under keys that say that they are credentials are
 * masked, and so is what looks like one in other texts. Texts are cut at `longest` characters, by default 8,000, data at a depth of
 * 100. Only for what is shown: what is stored and sent is never made of it.
 */
export const maskedJson = (value: Json, longest: number = LONGEST): Json => masked(value, longest, 0)

const masked = (value: Json, longest: number, depth: number): Json => {
  if (typeof value === 'string') return text(value, longest)
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return '…'
  if (Array.isArray(value)) return (value as readonly Json[]).map((v) => masked(v, longest, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) => [key, hides(key, v) ? MASK : masked(v, longest, depth + 1)]),
  )
}

const text = (value: string, longest: number): string =>
  value.length > longest
    ? `${withoutCredentials(value.slice(0, longest), longest)}…`
    : withoutCredentials(value, longest)

const hides = (key: string, value: Json): boolean =>
  isCredential(key) &&
  (typeof value === 'string' || (Array.isArray(value) && value.every((v) => typeof v === 'string')))
