import { isCredential, MASK, withoutCredentials } from '../failure/credentials.js'
import type { Json } from '../message/json.js'

/** What is deeper inside is one text. */
const DEEPEST = 100

/**
 * What is sent, as it may be shown: all texts below keys that speak of credentials are masked, and what looks like one in
 * other texts. Nothing is cut, so that differences are seen wherever they are.
 */
export const maskedInput = (input: Json): Json => masked(input, false, 0)

const masked = (input: Json, hidden: boolean, depth: number): Json => {
  if (typeof input === 'string') return hidden ? MASK : withoutCredentials(input, input.length)
  if (typeof input !== 'object' || input === null) return input
  if (depth > DEEPEST) return masked(JSON.stringify(input), hidden, depth)
  if (Array.isArray(input)) return (input as readonly Json[]).map((v) => masked(v, hidden, depth + 1))
  return Object.fromEntries(
    Object.entries(input).map(([key, v]) => [key, masked(v, hidden || isCredential(key), depth + 1)]),
  )
}
