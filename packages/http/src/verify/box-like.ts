import type { KeyObject } from 'node:crypto'
import { millis, type Duration } from '@xconnector/core'
import type { SecretText } from '../config/secret-text.js'
import { runningHmac, signatureBytes, textKey } from './any-hmac.js'
import { keyedVerifier } from './secrets.js'
import { HEADER_ID } from './signature-list.js'
import { timestampOf } from './timestamp.js'
import { whole } from './whole.js'
import type { BodyCheck, SignedHead, Verified, Verifier } from './verifier.js'

/** How to verify webhooks that are signed as Box's are. One of the two keys is needed; both, so that they can be rotated. */
export interface BoxLikeOptions {
  readonly primary?: SecretText
  readonly secondary?: SecretText
  /** What the headers' names begin with. Default `'box'`: `Box-Signature-Primary`, `Box-Delivery-Timestamp`, … */
  readonly prefix?: string
  /** How far the timestamp may be from now, either way. Default `'10m'`. */
  readonly tolerance?: Duration
}

/**
 * Verifies two signatures of which one must be good: HMAC-SHA256, in base64, over the body and the delivery's timestamp
 * (RFC 3339), under the primary and the secondary key. While one key is replaced the other still holds. The id is that of
 * `Box-Delivery-Id`, which is not signed.
 *
 * @throws TypeError when there is no key, or an empty one, or when the prefix is no name.
 */
export const boxLike = (options: BoxLikeOptions): Verifier => {
  const prefix = (options.prefix ?? 'box').toLowerCase()
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(prefix))
    throw new TypeError(
      `boxLike prefix: expected a name such as "box", got ${JSON.stringify(options.prefix)}`,
    )
  const secrets = [options.primary, options.secondary].filter((s) => s !== undefined)
  if (secrets.length === 0) throw new TypeError('boxLike: expected `primary` or `secondary`')
  const tolerance = millis(options.tolerance ?? '10m', 'boxLike tolerance')

  const begin = (keys: readonly KeyObject[], request: SignedHead): Verified | BodyCheck => {
    const of = (name: string): string | undefined => request.header(`${prefix}-${name}`)
    const [id, stamp] = [of('delivery-id'), of('delivery-timestamp')]
    const signatures = [of('signature-primary'), of('signature-secondary')].filter((s) => s !== undefined)
    if (id === undefined || stamp === undefined || signatures.length === 0)
      return { ok: false, reason: 'missing' }
    const given = signatures.map((s) => signatureBytes(s, 'sha256', 'base64'))
    const time = timestampOf(stamp, 'rfc3339')
    if (time === undefined || !HEADER_ID.test(id) || !given.every((g) => g !== undefined))
      return { ok: false, reason: 'malformed' }
    if ((of('signature-version') ?? '1') !== '1') return { ok: false, reason: 'malformed' }
    if ((of('signature-algorithm') ?? 'HmacSHA256') !== 'HmacSHA256')
      return { ok: false, reason: 'malformed' }
    const hmac = runningHmac(keys, 'sha256', given, [])
    return {
      update: (chunk) => hmac.update(chunk),
      end() {
        hmac.update(stamp)
        if (!hmac.matches()) return { ok: false, reason: 'mismatch' }
        if (Math.abs(request.now - time) > tolerance) return { ok: false, reason: 'stale' }
        return { ok: true, id, time }
      },
    }
  }
  return keyedVerifier({
    name: 'box-like',
    option: 'boxLike primary or secondary',
    secrets,
    keyOf: textKey,
    verify: whole(begin),
    begin,
  })
}
