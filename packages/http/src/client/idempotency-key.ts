import { percentEncoded } from '../text/percent-encoded.js'

/**
 * The value of `Idempotency-Key` (IETF draft httpapi-idempotency-key-header): a structured-field string, or the bare key
 * for APIs that want it so. What ASCII cannot carry is percent-encoded.
 */
export const idempotencyKey = (key: string, quoted: boolean): string => {
  if (PLAIN.test(key)) return quoted ? `"${key}"` : key
  const text = key.replace(/[^\x21-\x7e]/gu, percentEncoded)
  return quoted ? `"${text.replace(/["\\]/g, '\\$&')}"` : text
}

// Nothing in it needs an escape: a UUID, with or without the hops behind it.
const PLAIN = /^[\w./:-]*$/
