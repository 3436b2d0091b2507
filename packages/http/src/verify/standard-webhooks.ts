import type { KeyObject } from 'node:crypto'
import { millis, type Duration } from '@xconnector/core'
import { anyHmac, runningHmac } from './any-hmac.js'
import { keyedVerifier, secretsOf, type SecretOptions } from './secrets.js'
import { MOST_SIGNATURES } from './signature-list.js'
import { timestampOf } from './timestamp.js'
import type { BodyCheck, SignedHead, SignedRequest, Verified, Verifier } from './verifier.js'
import { signedBy, webhookVerifyingKey, type WebhookVerifyingKey } from './webhook-signing-key.js'

/**
 * How to verify Standard Webhooks. Either `secret` or `secrets` is needed: `whsec_` and the base64 of 24 to 64 bytes
 * (`v1`), or the sender's public key, `whpk_` and the base64 of 32 bytes (`v1a`); several may be of both kinds.
 */
export interface StandardWebhooksOptions extends SecretOptions {
  /** How far the timestamp may be from now, either way. Default `'5m'`. */
  readonly tolerance?: Duration
}

const ID = /^[\x21-\x2b\x2d\x2f-\x7e]{1,256}$/
const SIGNATURE = /^([a-z0-9]+),([A-Za-z0-9+/=_-]+)$/

/**
 * Verifies Standard Webhooks (standardwebhooks.com) in the headers `webhook-id`, `webhook-timestamp` and
 * `webhook-signature`: scheme `v1`, HMAC-SHA256, and scheme `v1a`, ed25519, over `id.timestamp.body`. Every signature of
 * the list is compared under every secret of its scheme, in constant time; signatures of other schemes are passed over.
 * The verified id is the default dedupe key.
 *
 * @throws TypeError when there is no secret, or one that is empty, not base64, of the wrong length, or a private key.
 */
export const standardWebhooks = (options: StandardWebhooksOptions): Verifier => {
  const tolerance = millis(options.tolerance ?? '5m', 'standardWebhooks tolerance')
  return keyedVerifier({
    name: 'standard-webhooks',
    option: 'standardWebhooks secret',
    secrets: secretsOf('standardWebhooks', options),
    keyOf: webhookVerifyingKey,
    verify: (keys, request) => verify(keys, tolerance, request),
    begin: (keys, head) => begin(sharedOf(keys), tolerance, head),
    // Ed25519 goes over its message twice: it cannot be verified as the message goes by.
    streams: (keys) => sharedOf(keys).length > 0,
  })
}

const sharedOf = (keys: readonly WebhookVerifyingKey[]): readonly KeyObject[] =>
  keys.filter((k) => k.scheme === 'v1').map((k) => k.key)

interface ReadHead {
  readonly id: string
  readonly time: number
  readonly given: Signatures
  readonly prefix: string
}

const read = (request: SignedHead): ReadHead | (Verified & { ok: false }) => {
  const id = request.header('webhook-id')
  const timestamp = request.header('webhook-timestamp')
  const signatures = request.header('webhook-signature')
  if (id === undefined || timestamp === undefined || signatures === undefined)
    return { ok: false, reason: 'missing' }
  const time = timestampOf(timestamp, 'seconds')
  const given = parse(signatures)
  if (!ID.test(id) || time === undefined || given === undefined) return { ok: false, reason: 'malformed' }
  return { id, time, given, prefix: `${id}.${timestamp}.` }
}

// Compared before the age is looked at, so that the answer's timing says nothing about the signature.
const found = (genuine: boolean, now: number, tolerance: number, { id, time }: ReadHead): Verified => {
  if (!genuine) return { ok: false, reason: 'mismatch' }
  if (Math.abs(now - time) > tolerance) return { ok: false, reason: 'stale' }
  return { ok: true, id, time }
}

const verify = (
  keys: readonly WebhookVerifyingKey[],
  tolerance: number,
  request: SignedRequest,
): Verified => {
  const head = read(request)
  if ('ok' in head) return head
  return found(anyOf(keys, head.given, head.prefix, request.raw), request.now, tolerance, head)
}

const begin = (keys: readonly KeyObject[], tolerance: number, request: SignedHead): Verified | BodyCheck => {
  const head = read(request)
  if ('ok' in head) return head
  const hmac = runningHmac(keys, 'sha256', head.given.v1, [head.prefix])
  return {
    update: (chunk) => hmac.update(chunk),
    end: () => found(hmac.matches(), request.now, tolerance, head),
  }
}

interface Signatures {
  readonly v1: readonly Buffer[]
  readonly v1a: readonly Buffer[]
}

// The signatures of a list, as bytes by their scheme; undefined when the list is not well formed.
const parse = (list: string): Signatures | undefined => {
  const tokens = list.split(' ')
  if (tokens.length > MOST_SIGNATURES) return undefined
  const v1: Buffer[] = []
  const v1a: Buffer[] = []
  for (const token of tokens) {
    const [, version, text] = SIGNATURE.exec(token) ?? []
    if (version === undefined) return undefined
    const bytes = Buffer.from(text!, 'base64')
    // Only the one text that these bytes have counts as their signature.
    if (bytes.toString('base64') !== text) continue
    if (version === 'v1') v1.push(bytes)
    if (version === 'v1a') v1a.push(bytes)
  }
  return { v1, v1a }
}

const anyOf = (
  keys: readonly WebhookVerifyingKey[],
  given: Signatures,
  prefix: string,
  raw: Uint8Array,
): boolean => {
  let genuine = anyHmac(sharedOf(keys), 'sha256', given.v1, [prefix, raw])
  for (const { scheme, key } of keys)
    if (scheme === 'v1a')
      for (const signature of given.v1a) if (signedBy(key, prefix, raw, signature)) genuine = true
  return genuine
}
