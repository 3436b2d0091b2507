import { percentEncoded } from '../text/percent-encoded.js'

/**
 * The value of `Idempotency-Key` (IETF draft httpapi-idempotency-key-header): a structured-field string, or the bare key
 * for APIs that want it so. What ASCII cannot carry is percent-encoded.
 */
export const idempotencyKey = (key: string, quoted: boolean): string => {
  const text = key.replace(/[^\x21-\x7e]/gu, percentEncoded)
  return quoted ? `"${text.replace(/["\\]/g, '\\$&')}"` : text
}
