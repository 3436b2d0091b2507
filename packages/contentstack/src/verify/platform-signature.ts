import { constants, verify as verifyBytes, type KeyObject } from 'node:crypto'
import { isSetting, millis, type Duration } from '@xconnector/core'
import type { SignedRequest, Verifier } from '@xconnector/http'
import { hostsOf, type HostOverrides } from '../region/hosts.js'
import type { RegionName } from '../region/region.js'
import { eventHead, idOf, type VerifiedEvent } from './event-head.js'
import { publicKeys, type CallPorts, type PublicKeys } from './public-keys.js'
import { signatureList } from './signature-list.js'

/** Options of `platformSignature`. */
export interface PlatformSignatureOptions {
  /** Default `'NA'`. */
  readonly region?: RegionName
  /** Other hosts than the region's. Its `app` publishes the key. */
  readonly hosts?: HostOverrides
  /** How far `triggered_at` may be from now, either way. Default `'15m'`: the last retry comes 13 minutes late. */
  readonly tolerance?: Duration
  /** The ports of the call that fetches the key. Default: the platform's. */
  readonly ports?: CallPorts
}

/**
 * Verifies webhooks signed in the default mode: `X-Contentstack-Request-Signature: v1=<base64>`, RSASSA-PSS with SHA-256
 * and a salt of 32 bytes over the raw body, by the one key of the region. Any `v1` of the list may match.
 *
 * The key is fetched from the region's app host when it is first needed, kept, and fetched again when a signature does
 * not match, at most once a minute: so a rotation needs no restart. While the key cannot be had, no request is believed
 * and none is refused for good: `verify` rejects with `KeyUnavailable`, and the sender comes again.
 *
 * The signature says that Contentstack sent the body, not which stack: `cms.webhook` checks the `api_key` in it too. The
 * id, for dedupe, is the sha256 of the body; the time is `triggered_at`.
 *
 * @throws TypeError when an option makes no sense.
 */
export const platformSignature = (options: PlatformSignatureOptions = {}): Verifier => {
  const { app } = hostsOf(options.region, options.hosts)
  const tolerance = millis(options.tolerance ?? '15m', 'platformSignature tolerance')
  const started = (config: Readonly<Record<string, string>>): Verifier => {
    const keys = publicKeys(app, config, options.ports)
    return { name: NAME, verify: (request) => verify(keys, tolerance, request) }
  }
  let own: Verifier | undefined
  return {
    name: NAME,
    settings: isSetting(app) ? [app] : [],
    start: started,
    verify: (request) => (own ??= started({})).verify(request),
  }
}

const NAME = 'contentstack-platform'
const HEADER = 'x-contentstack-request-signature'
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const verify = async (
  keys: PublicKeys,
  tolerance: number,
  request: SignedRequest,
): Promise<VerifiedEvent> => {
  const { raw, now } = request
  const text = request.header(HEADER)
  if (text === undefined || text === '') return { ok: false, reason: 'missing' }
  const given = signatureList(text)?.get('v1')
  if (given === undefined || !given.every((s) => BASE64.test(s))) return { ok: false, reason: 'malformed' }
  const signatures = given.map((s) => Buffer.from(s, 'base64'))
  const key = await keys.current(now)
  if (!signs(key, signatures, raw)) {
    const newer = await keys.newer(key, now)
    if (newer === undefined || !signs(newer, signatures, raw)) return { ok: false, reason: 'mismatch' }
  }
  const head = eventHead(raw)
  if (head?.triggeredAt === undefined) return { ok: false, reason: 'malformed' }
  if (Math.abs(now - head.triggeredAt) > tolerance) return { ok: false, reason: 'stale' }
  return { ok: true, id: idOf(raw), time: head.triggeredAt, head }
}

const signs = (key: KeyObject, signatures: readonly Buffer[], raw: Uint8Array): boolean =>
  signatures.some((signature) =>
    verifyBytes(
      'sha256',
      raw,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
      signature,
    ),
  )
