import type { KeyObject } from 'node:crypto'
import { millis, type Duration } from '@xconnector/core'
import { runningHmac, signatureBytes, textKey } from './any-hmac.js'
import { keyedVerifier, secretsOf, type SecretOptions } from './secrets.js'
import { HEADER_ID, MOST_SIGNATURES } from './signature-list.js'
import { timestampOf } from './timestamp.js'
import { whole } from './whole.js'
import type { BodyCheck, SignedHead, Verified, Verifier } from './verifier.js'

/** How to verify webhooks that are signed as Stripe's are. Either `secret` or `secrets` is needed. */
export interface StripeLikeOptions extends SecretOptions {
  /** The header with time and signatures, in any case. Default `'Stripe-Signature'`. */
  readonly header?: string
  /** Which of the header's signatures count. Default `'v1'`. */
  readonly scheme?: string
  /** How far the timestamp may be from now, either way. Default `'5m'`. */
  readonly tolerance?: Duration
  /**
   * Where the event's id is found: a top-level field of the JSON body (default: `id`), or a header, which is not signed;
   * `'none'`: no repeat is known.
   */
  readonly id?: { readonly field: string } | { readonly header: string } | 'none'
}

/**
 * Verifies a header such as `t=1700000000,v1=5257…,v1=8f2c…`: HMAC-SHA256, in hex, over `time.body`, under the UTF-8 bytes
 * of the secret. Several signatures are one for each secret while the sender rotates; those of other schemes are passed over.
 *
 * @throws TypeError naming the option that makes no sense; when there is no secret, or an empty one.
 */
export const stripeLike = (options: StripeLikeOptions): Verifier => {
  const header = nameOf('header', options.header ?? 'stripe-signature')
  const scheme = options.scheme ?? 'v1'
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(scheme) || scheme === 't')
    throw new TypeError(`stripeLike scheme: expected a name such as "v1", got ${JSON.stringify(scheme)}`)
  const id = options.id ?? { field: 'id' }
  const idHeader = typeof id === 'object' && 'header' in id ? nameOf('id', id.header) : undefined
  const tolerance = millis(options.tolerance ?? '5m', 'stripeLike tolerance')

  const begin = (keys: readonly KeyObject[], request: SignedHead): Verified | BodyCheck => {
    const text = request.header(header)
    const own = idHeader === undefined ? undefined : request.header(idHeader)
    if (text === undefined || (idHeader !== undefined && own === undefined))
      return { ok: false, reason: 'missing' }
    const found = parse(text, scheme)
    if (found === undefined || (own !== undefined && !HEADER_ID.test(own)))
      return { ok: false, reason: 'malformed' }
    const hmac = runningHmac(keys, 'sha256', found.given, [`${found.stamp}.`])
    return {
      update: (chunk) => hmac.update(chunk),
      end() {
        if (!hmac.matches()) return { ok: false, reason: 'mismatch' }
        if (Math.abs(request.now - found.time) > tolerance) return { ok: false, reason: 'stale' }
        return {
          ok: true,
          time: found.time,
          ...(own !== undefined && { id: own }),
          ...(typeof id === 'object' && 'field' in id && { idField: id.field }),
        }
      },
    }
  }
  return keyedVerifier({
    name: 'stripe-like',
    option: 'stripeLike secret',
    secrets: secretsOf('stripeLike', options),
    keyOf: textKey,
    verify: whole(begin),
    begin,
  })
}

interface Parsed {
  readonly stamp: string
  readonly time: number
  readonly given: readonly Buffer[]
}

// A space is in none of them, so that a header which came twice and was joined is malformed; so is a second time.
const PAIR = /^([a-z][a-z0-9_]{0,31})=([\x21-\x2b\x2d-\x7e]+)$/

const parse = (text: string, scheme: string): Parsed | undefined => {
  const pairs = text.split(',')
  if (pairs.length > MOST_SIGNATURES + 1) return undefined
  let stamp: string | undefined
  const given: Buffer[] = []
  for (const pair of pairs) {
    const [, name, value] = PAIR.exec(pair) ?? []
    if (name === undefined || value === undefined) return undefined
    if (name === 't') {
      if (stamp !== undefined) return undefined
      stamp = value
    } else if (name === scheme) {
      const bytes = signatureBytes(value, 'sha256', 'hex')
      if (bytes === undefined) return undefined
      given.push(bytes)
    }
  }
  if (stamp === undefined) return undefined
  const time = timestampOf(stamp, 'seconds')
  return time === undefined || given.length === 0 ? undefined : { stamp, time, given }
}

const nameOf = (option: string, name: string): string => {
  if (typeof name === 'string' && /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name)) return name.toLowerCase()
  throw new TypeError(`stripeLike ${option}: expected a header name, got ${JSON.stringify(name)}`)
}
