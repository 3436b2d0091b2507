import { createSecretKey, type KeyObject } from 'node:crypto'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * The key in a Standard Webhooks secret: `whsec_` (which may be left out) and the base64 of 24 to 64 bytes.
 *
 * @param option the option that gave it, with the variable that it came from.
 * @throws TypeError naming `option`, never the secret.
 */
export const webhookKey = (secret: string, option: string): KeyObject => {
  const text = secret.startsWith('whsec_') ? secret.slice(6) : secret
  if (!BASE64.test(text))
    throw new TypeError(
      `${option}: expected "whsec_" and the base64 of 24 to 64 bytes, got what is not base64`,
    )
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length < 24 || bytes.length > 64)
    throw new TypeError(
      `${option}: expected "whsec_" and the base64 of 24 to 64 bytes, got ${bytes.length} bytes`,
    )
  return createSecretKey(bytes)
}
