import { isCredential, MASK } from '../failure/credentials.js'
import type { Json } from '../message/json.js'

/** An input as it may be shown: texts under keys that speak of credentials are masked. */
export const maskedInput = (input: Json): Json => {
  if (Array.isArray(input)) return input.map(maskedInput)
  if (typeof input !== 'object' || input === null) return input
  const fields = Object.entries(input).map(([key, value]): [string, Json] => [
    key,
    typeof value === 'string' && isCredential(key) ? MASK : maskedInput(value),
  ])
  return Object.fromEntries(fields)
}
