import { generateKeyPairSync, generateKeySync } from 'node:crypto'

/** A key pair of Standard Webhooks `v1a`. */
export interface WebhookKeyPair {
  /** `whsk_…`: signs; the sender's alone. */
  readonly secret: string
  /** `whpk_…`: verifies; for the receivers. */
  readonly publicKey: string
}

/**
 * A new secret of Standard Webhooks `v1`: `whsec_` and the base64 of 32 bytes. It comes from the platform's generator of keys,
 * for the `Random` port may be seeded.
 */
export const newWebhookSecret = (): string =>
  `whsec_${generateKeySync('hmac', { length: 256 }).export().toString('base64')}`

/** A new key pair of Standard Webhooks `v1a` (ed25519). */
export const newWebhookKeyPair = (): WebhookKeyPair => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  // The last 32 bytes of either form are the key itself (RFC 8410).
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32)
  const open = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    secret: `whsk_${Buffer.concat([seed, open]).toString('base64')}`,
    publicKey: `whpk_${open.toString('base64')}`,
  }
}
