import { isCredential, MASK, withoutCredentials } from '../failure/credentials.js'
import type { Json } from '../message/json.js'

/** Longer texts are cut. */
const LONGEST = 8000

const DEEPEST = 100

/**
 * Data of a message as it may be shown to people: texts, and lists of texts, under keys that say that they are credentials are
 * masked, and so is what looks like one in other texts. Texts are cut at 8,000 characters, data at a depth of 100. Only for what is
 * shown: what is stored and sent is never made of it.
 */
export const maskedJson = (value: Json): Json => masked(value, 0)

const masked = (value: Json, depth: number): Json => {
  if (typeof value === 'string') return text(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return '…'
  if (Array.isArray(value)) return (value as readonly Json[]).map((v) => masked(v, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) => [key, hides(key, v) ? MASK : masked(v, depth + 1)]),
  )
}

const text = (value: string): string =>
  value.length > LONGEST ? `${withoutCredentials(value.slice(0, LONGEST))}…` : withoutCredentials(value)

const hides = (key: string, value: Json): boolean =>
  isCredential(key) &&
  (typeof value === 'string' || (Array.isArray(value) && value.every((v) => typeof v === 'string')))
