import { createHmac, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { readPrivateKey } from '../config/read-private-key.js'
import { webhookKey } from './webhook-key.js'

/** Signs by Standard Webhooks: gives one signature with its scheme in front, such as `v1,…`. */
export type WebhookSigner = (prefix: string, body: string | Uint8Array) => string

/** A key that verifies Standard Webhooks. */
export type WebhookVerifyingKey =
  | { readonly scheme: 'v1'; readonly key: KeyObject }
  | { readonly scheme: 'v1a'; readonly key: KeyObject }

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
// What stands before the 32 bytes of a key in DER (RFC 8410, 7 and 4).
const PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * The signer of a secret: `whsec_…` for `v1` (HMAC-SHA256), `whsk_…` for `v1a` (ed25519: the base64 of the 32 bytes of a
 * seed, or of seed and public key).
 *
 * @throws TypeError naming `option`, never the secret.
 */
export const webhookSigner = (secret: string, option: string): WebhookSigner => {
  if (secret.startsWith('whpk_'))
    throw new TypeError(`${option}: expected a key that signs, "whsk_" or "whsec_"; got the public "whpk_"`)
  if (!secret.startsWith('whsk_')) {
    const key = webhookKey(secret, option)
    return (prefix, body) => `v1,${createHmac('sha256', key).update(prefix).update(body).digest('base64')}`
  }
  const key = privateKey(secret, option)
  return (prefix, body) => `v1a,${sign(null, joined(prefix, body), key).toString('base64')}`
}

/**
 * The verifying key in a secret: `whsec_…` for `v1`, the sender's public `whpk_…` for `v1a`.
 *
 * @throws TypeError naming `option`, never the secret.
 */
export const webhookVerifyingKey = (secret: string, option: string): WebhookVerifyingKey => {
  if (secret.startsWith('whsk_'))
    throw new TypeError(
      `${option}: expected the sender's public key, "whpk_"; got the private "whsk_", which is the sender's alone`,
    )
  if (!secret.startsWith('whpk_')) return { scheme: 'v1', key: webhookKey(secret, option) }
  const bytes = bytesOf(secret, 'whpk_', [32], option)
  return {
    scheme: 'v1a',
    key: createPublicKey({ key: Buffer.concat([PUBLIC, bytes]), format: 'der', type: 'spki' }),
  }
}

/** Whether an ed25519 signature is that of the content. Public keys need no constant time. */
export const signedBy = (key: KeyObject, prefix: string, body: Uint8Array, signature: Buffer): boolean =>
  verify(null, joined(prefix, body), key, signature)

const joined = (prefix: string, body: string | Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(prefix), typeof body === 'string' ? Buffer.from(body) : body])

const privateKey = (secret: string, option: string): KeyObject => {
  const bytes = bytesOf(secret, 'whsk_', [32, 64], option)
  const key = readPrivateKey({
    key: Buffer.concat([PRIVATE, bytes.subarray(0, 32)]),
    format: 'der',
    type: 'pkcs8',
  })
  if (bytes.length === 64 && !publicBytes(key).equals(bytes.subarray(32)))
    throw new TypeError(`${option}: expected the seed and its own public key, got one of another`)
  return key
}

const publicBytes = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC.length)

const bytesOf = (secret: string, prefix: string, lengths: readonly number[], option: string): Buffer => {
  const text = secret.slice(prefix.length)
  const what = `expected "${prefix}" and the base64 of ${lengths.join(' or ')} bytes`
  if (!BASE64.test(text)) throw new TypeError(`${option}: ${what}, got what is not base64`)
  const bytes = Buffer.from(text, 'base64')
  if (!lengths.includes(bytes.length)) throw new TypeError(`${option}: ${what}, got ${bytes.length} bytes`)
  return bytes
}
