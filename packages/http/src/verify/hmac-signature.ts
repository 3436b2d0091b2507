import { createHash, type KeyObject } from 'node:crypto'
import { millis, type Duration } from '@xconnector/core'
import {
  anyHmac,
  runningHmac,
  signatureBytes,
  textKey,
  type HmacAlgorithm,
  type SignatureEncoding,
} from './any-hmac.js'
import { bodyId, bodyIdOf } from './body-id.js'
import { keyedVerifier, secretsOf, type SecretOptions } from './secrets.js'
import { HEADER_ID, MOST_SIGNATURES } from './signature-list.js'
import { templateOf, type SignedParts } from './template.js'
import { timestampOf, type TimestampFormat } from './timestamp.js'
import type { BodyCheck, SignedHead, SignedRequest, Verified, Verifier } from './verifier.js'

/** How to verify a sender's own HMAC scheme. Either `secret` or `secrets` is needed; a secret's UTF-8 bytes are the key. */
export interface HmacSignatureOptions extends SecretOptions {
  /** The header that carries the signature, in any case. */
  readonly header: string
  /** Default `'sha256'`. */
  readonly algorithm?: HmacAlgorithm
  /** Default `'hex'`. */
  readonly encoding?: SignatureEncoding
  /** What stands before each signature, such as `'sha256='`. Default: nothing. */
  readonly prefix?: string
  /** What stands between several signatures in the header. Default: there is one. */
  readonly separator?: string
  /**
   * What is signed: texts, and `{body}`, `{method}`, `{path}` (without the query), `{query}` (what stands behind the `?`, as
   * it came) and `{header:name}` in their places.
   * Default `'{body}'`.
   */
  readonly signed?: string
  /**
   * Where the id is found that the sender repeats when it sends again: a header, a top-level field of the JSON body, or
   * `'body'`, which makes one of the body's bytes. Left out: there is none, and no repeat is known.
   */
  readonly id?: { readonly header: string } | { readonly field: string } | 'body'
  /** Where the time of sending is found. It must stand in `signed`. Left out: a request is never too old. */
  readonly timestamp?: { readonly header: string; readonly format?: TimestampFormat }
  /** How far the timestamp may be from now, either way. Default `'5m'`. */
  readonly tolerance?: Duration
  /** Shown in logs and as the challenge of a 401: letters, digits and `-`. Default `'hmac-signature'`. */
  readonly name?: string
}

/**
 * Verifies an HMAC over the body, and over what else the sender signs with it: for senders with a scheme of their own.
 *
 * An id in a header that is not signed can be changed by whoever resends a captured request; `'body'` cannot.
 *
 * @example
 * hmacSignature({
 *   secret: env.SHOP_HOOK, header: 'x-shop-signature', encoding: 'base64',
 *   signed: '{header:x-shop-time}.{body}', timestamp: { header: 'x-shop-time' }, id: { field: 'id' },
 * })
 *
 * @throws TypeError naming the option that makes no sense: no or an empty secret, a timestamp that nobody signed.
 */
export const hmacSignature = (options: HmacSignatureOptions): Verifier => {
  const name = options.name ?? 'hmac-signature'
  const { algorithm = 'sha256', encoding = 'hex', prefix = '', separator, id } = options
  if (typeof name !== 'string' || !NAME.test(name))
    throw new TypeError(`hmacSignature name: expected letters, digits and "-"`)
  if (!ALGORITHMS.includes(algorithm)) throw wrong('algorithm', ALGORITHMS, algorithm)
  if (!ENCODINGS.includes(encoding)) throw wrong('encoding', ENCODINGS, encoding)
  if (separator !== undefined && (typeof separator !== 'string' || separator === ''))
    throw new TypeError('hmacSignature separator: expected a text, got none')
  const header = headerName('header', options.header)
  const idHeader = typeof id === 'object' && 'header' in id ? headerName('id', id.header) : undefined
  const signed = templateOf(options.signed ?? '{body}', 'hmacSignature signed')
  const timestamp = options.timestamp && {
    header: headerName('timestamp', options.timestamp.header),
    format: options.timestamp.format ?? 'seconds',
  }
  if (timestamp !== undefined && !FORMATS.includes(timestamp.format))
    throw wrong('timestamp.format', FORMATS, timestamp.format)
  if (timestamp !== undefined && !signed.headers.has(timestamp.header))
    throw new TypeError(
      `hmacSignature timestamp: expected {header:${timestamp.header}} in \`signed\`; a time that nobody signed says nothing`,
    )
  const tolerance = millis(options.tolerance ?? '5m', 'hmacSignature tolerance')

  const read = (request: SignedHead): ReadHead | (Verified & { ok: false }) => {
    const text = request.header(header)
    const parts = signed.of(request)
    const stamp = timestamp && request.header(timestamp.header)
    const own = idHeader === undefined ? undefined : request.header(idHeader)
    if (text === undefined || parts === undefined || (idHeader !== undefined && own === undefined))
      return { ok: false, reason: 'missing' }
    const given = signaturesIn(separator === undefined ? [text] : text.split(separator), (signature) =>
      signature.startsWith(prefix)
        ? signatureBytes(signature.slice(prefix.length), algorithm, encoding)
        : undefined,
    )
    const time = timestamp === undefined ? undefined : timestampOf(stamp!, timestamp.format)
    if (given === undefined || (timestamp !== undefined && time === undefined))
      return { ok: false, reason: 'malformed' }
    if (own !== undefined && !HEADER_ID.test(own)) return { ok: false, reason: 'malformed' }
    return { parts, given, own, time }
  }
  const found = (now: number, genuine: boolean, { own, time }: ReadHead, body: () => string): Verified => {
    if (!genuine) return { ok: false, reason: 'mismatch' }
    if (time !== undefined && Math.abs(now - time) > tolerance) return { ok: false, reason: 'stale' }
    return {
      ok: true,
      ...(own !== undefined && { id: own }),
      ...(id === 'body' && { id: body() }),
      ...(typeof id === 'object' && 'field' in id && { idField: id.field }),
      ...(time !== undefined && { time }),
    }
  }
  const verify = (keys: readonly KeyObject[], request: SignedRequest): Verified => {
    const head = read(request)
    if ('ok' in head) return head
    const { raw, now } = request
    const parts = head.parts.map((part) => part ?? raw)
    return found(now, anyHmac(keys, algorithm, head.given, parts), head, () => bodyId(raw))
  }
  const begin = (keys: readonly KeyObject[], request: SignedHead): Verified | BodyCheck => {
    const head = read(request)
    if ('ok' in head) return head
    const at = head.parts.indexOf(null)
    const hmac = runningHmac(keys, algorithm, head.given, head.parts.slice(0, at) as readonly string[])
    const hash = createHash('sha256')
    return {
      update(chunk) {
        hmac.update(chunk)
        if (id === 'body') hash.update(chunk)
      },
      end() {
        for (const part of head.parts.slice(at + 1)) hmac.update(part!)
        return found(request.now, hmac.matches(), head, () => bodyIdOf(hash))
      },
    }
  }
  return keyedVerifier({
    name,
    option: `${options.name ?? 'hmacSignature'} secret`,
    secrets: secretsOf(options.name ?? 'hmacSignature', options),
    keyOf: textKey,
    verify,
    ...(signed.bodies === 1 && { begin }),
  })
}

/** What the head of a request says. */
interface ReadHead {
  readonly parts: SignedParts
  readonly given: readonly Buffer[]
  readonly own: string | undefined
  readonly time: number | undefined
}

/** The signatures of a list, as bytes; undefined when one of them is not well formed, or when there are too many. */
const signaturesIn = (
  list: readonly string[],
  bytesOf: (text: string) => Buffer | undefined,
): readonly Buffer[] | undefined => {
  if (list.length > MOST_SIGNATURES) return undefined
  const found = list.map(bytesOf)
  return found.every((bytes) => bytes !== undefined) ? found : undefined
}

const NAME = /^[A-Za-z0-9-]{1,64}$/
const HEADER = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const ALGORITHMS: readonly HmacAlgorithm[] = ['sha256', 'sha384', 'sha512', 'sha1']
const ENCODINGS: readonly SignatureEncoding[] = ['hex', 'base64', 'base64url']
const FORMATS: readonly TimestampFormat[] = ['seconds', 'milliseconds', 'rfc3339']

const headerName = (option: string, name: string): string => {
  if (typeof name === 'string' && HEADER.test(name.toLowerCase())) return name.toLowerCase()
  throw new TypeError(`hmacSignature ${option}: expected a header name, got ${JSON.stringify(name)}`)
}

const wrong = (option: string, known: readonly string[], given: string): TypeError =>
  new TypeError(`hmacSignature ${option}: expected one of ${known.join(', ')}, got ${JSON.stringify(given)}`)
