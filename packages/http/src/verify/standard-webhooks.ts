import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import { millis, type Duration } from '@xconnector/core'
import { isKnown, placeOf, reveal, type SecretText } from '../config/secret-text.js'
import { settingsIn } from '../config/settings-in.js'
import type { SignedRequest, Verified, Verifier } from './verifier.js'
import { webhookKey } from './webhook-key.js'

/** How to verify Standard Webhooks. Either `secret` or `secrets` is needed. */
export interface StandardWebhooksOptions {
  /** `whsec_` and the base64 of 24 to 64 bytes. */
  readonly secret?: SecretText
  /** Several, while one is being rotated out: any of them may have signed. */
  readonly secrets?: readonly SecretText[]
  /** How far the timestamp may be from now, either way. Default `'5m'`. */
  readonly tolerance?: Duration
}

const ID = /^[\x21-\x2b\x2d\x2f-\x7e]{1,256}$/
const SECONDS = /^(?:0|[1-9]\d{0,11})$/
const SIGNATURE = /^([a-z0-9]+),([A-Za-z0-9+/=_-]+)$/
const MOST_SIGNATURES = 16

/**
 * Verifies Standard Webhooks (standardwebhooks.com), scheme `v1`: HMAC-SHA256 over `id.timestamp.body` in the headers
 * `webhook-id`, `webhook-timestamp` and `webhook-signature`. Every signature of the list is compared, in constant time,
 * under every secret; signatures of other schemes are passed over. The verified id is the default dedupe key.
 *
 * @throws TypeError when there is no secret, or one that is empty, not base64, or of the wrong length.
 */
export const standardWebhooks = (options: StandardWebhooksOptions): Verifier => {
  const secrets = options.secrets ?? (options.secret === undefined ? [] : [options.secret])
  if (secrets.length === 0) throw new TypeError('standardWebhooks: expected `secret` or `secrets`')
  const tolerance = millis(options.tolerance ?? '5m', 'standardWebhooks tolerance')
  const started = (config: Readonly<Record<string, string>>): Verifier => {
    const keys = secrets.map((s) => keyOf(s, config))
    return { name: NAME, verify: (request) => verify(keys, tolerance, request) }
  }
  if (secrets.every(isKnown)) return started({})
  for (const s of secrets) if (isKnown(s)) keyOf(s, {})
  return {
    name: NAME,
    settings: settingsIn(secrets),
    start: started,
    verify: (request) => started({}).verify(request),
  }
}

const NAME = 'standard-webhooks'
const OPTION = 'standardWebhooks secret'

const keyOf = (secret: SecretText, config: Readonly<Record<string, string>>): KeyObject =>
  webhookKey(reveal(secret, config, OPTION), OPTION + placeOf(secret))

const verify = (keys: readonly KeyObject[], tolerance: number, request: SignedRequest): Verified => {
  const id = request.header('webhook-id')
  const timestamp = request.header('webhook-timestamp')
  const signatures = request.header('webhook-signature')
  if (id === undefined || timestamp === undefined || signatures === undefined)
    return { ok: false, reason: 'missing' }
  if (!ID.test(id) || !SECONDS.test(timestamp)) return { ok: false, reason: 'malformed' }
  const time = Number(timestamp) * 1000
  const given = parse(signatures)
  if (given === undefined) return { ok: false, reason: 'malformed' }
  // Compared before the age is looked at, so that the answer's timing says nothing about the signature.
  const genuine = anyOf(keys, given, `${id}.${timestamp}.`, request.raw)
  if (!genuine) return { ok: false, reason: 'mismatch' }
  if (Math.abs(request.now - time) > tolerance) return { ok: false, reason: 'stale' }
  return { ok: true, id, time }
}

// The `v1` signatures of a list, as bytes; undefined when the list is not well formed.
const parse = (list: string): readonly Buffer[] | undefined => {
  const tokens = list.split(' ')
  if (tokens.length > MOST_SIGNATURES) return undefined
  const found: Buffer[] = []
  for (const token of tokens) {
    const [, version, text] = SIGNATURE.exec(token) ?? []
    if (version === undefined) return undefined
    if (version === 'v1') found.push(Buffer.from(text!, 'base64'))
  }
  return found
}

const anyOf = (
  keys: readonly KeyObject[],
  given: readonly Buffer[],
  prefix: string,
  raw: Uint8Array,
): boolean => {
  let genuine = false
  for (const key of keys) {
    const expected = createHmac('sha256', key).update(prefix).update(raw).digest()
    for (const signature of given)
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) genuine = true
  }
  return genuine
}
