import { createHmac, timingSafeEqual } from 'node:crypto'
import { millis, type Duration } from '@xconnector/core'
import {
  isKnownSecret,
  revealSecret,
  settingsIn,
  type SecretText,
  type SignedRequest,
  type Verified,
  type Verifier,
} from '@xconnector/http'
import { idOf } from './event-head.js'
import { signatureList } from './signature-list.js'

/** Options of `hmac`. */
export interface HmacOptions {
  /** How far the signature's time may be from now, either way. Default `'15m'`: the last retry comes 13 minutes late. */
  readonly tolerance?: Duration
}

/**
 * Verifies webhooks signed in the HMAC mode: `x-contentstack-hmac-signature: t=<seconds>,v1=<hex>[,v1=<hex>]`, where `v1`
 * is HMAC-SHA256 over `<t>.<raw body>`. Any `v1` may match any of the secrets, so either side can rotate. Compared in
 * constant time. The id, for dedupe, is the sha256 of the body.
 *
 * @param secret one, or several while one is being rotated out
 * @throws TypeError when there is no secret, or an empty one: at once for a text, else when the runtime starts.
 */
export const hmac = (secret: SecretText | readonly SecretText[], options: HmacOptions = {}): Verifier => {
  const secrets = isList(secret) ? secret : [secret]
  if (secrets.length === 0) throw new TypeError(`${OPTION}: expected one at least`)
  const tolerance = millis(options.tolerance ?? '15m', 'hmac tolerance')
  const started = (config: Readonly<Record<string, string>>): Verifier => {
    const keys = secrets.map((s) => revealSecret(s, config, OPTION))
    return { name: NAME, verify: (request) => verify(keys, tolerance, request) }
  }
  if (secrets.every(isKnownSecret)) return started({})
  for (const s of secrets) if (isKnownSecret(s)) revealSecret(s, {}, OPTION)
  return {
    name: NAME,
    settings: settingsIn(secrets),
    start: started,
    verify: (request) => started({}).verify(request),
  }
}

const NAME = 'contentstack-hmac'
const OPTION = 'hmac secret'
const HEADER = 'x-contentstack-hmac-signature'
const SECONDS = /^(?:0|[1-9]\d{0,11})$/
const HEX = /^[0-9a-fA-F]{64}$/

const isList = (secret: SecretText | readonly SecretText[]): secret is readonly SecretText[] =>
  Array.isArray(secret)

const verify = (keys: readonly string[], tolerance: number, request: SignedRequest): Verified => {
  const header = request.header(HEADER)
  if (header === undefined || header === '') return { ok: false, reason: 'missing' }
  const list = signatureList(header)
  const [t, more] = list?.get('t') ?? []
  if (t === undefined || more !== undefined || !SECONDS.test(t)) return { ok: false, reason: 'malformed' }
  const given = list?.get('v1') ?? []
  if (!given.every((s) => HEX.test(s))) return { ok: false, reason: 'malformed' }
  const signatures = given.map((s) => Buffer.from(s, 'hex'))
  let genuine = false
  for (const key of keys) {
    const expected = createHmac('sha256', key).update(`${t}.`).update(request.raw).digest()
    for (const signature of signatures) if (timingSafeEqual(signature, expected)) genuine = true
  }
  if (!genuine) return { ok: false, reason: 'mismatch' }
  const time = Number(t) * 1000
  if (Math.abs(request.now - time) > tolerance) return { ok: false, reason: 'stale' }
  return { ok: true, id: idOf(request.raw), time }
}
