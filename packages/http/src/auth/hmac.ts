import { createHash, createHmac } from 'node:crypto'
import { systemClock, systemRandom, uuidv7, type Ids } from '@xconnector/core'
import { isKnown, placeOf, reveal, type SecretText } from '../config/secret-text.js'
import { settingsIn } from '../config/settings-in.js'
import type { Auth, Unsigned } from './auth.js'
import { signingTemplate, unsignableStream, type SigningParts } from './signing-template.js'

/** How a text is written: the bytes of a signature, a hash, or a key. */
export type BytesAs = 'hex' | 'base64' | 'base64url'

/** What `hmac` signs, and where it puts that. */
export interface HmacOptions {
  readonly key: SecretText
  /** How the key is written. Default `'utf8'`: its text is the key. */
  readonly keyAs?: 'utf8' | BytesAs
  /** Names the key, for `{keyId}`. Not secret. */
  readonly keyId?: string
  /** Default `'sha256'`. `'sha1'` only for APIs that know nothing better. */
  readonly algorithm?: 'sha256' | 'sha384' | 'sha512' | 'sha1'
  /**
   * The text to be signed: a template (`'{method}\n{target}\n{timestamp}\n{bodyHash}'`), or a function of the same parts
   * that gives a text, bytes, or a list of them, which are signed one after the other.
   */
  readonly sign: string | ((parts: SigningParts) => string | Uint8Array | readonly (string | Uint8Array)[])
  /** The header that carries the signature. */
  readonly header: string
  /** What stands in it: `{signature}`, `{keyId}`, `{timestamp}`, `{nonce}`. Default `'{signature}'`. */
  readonly value?: string
  /** How the signature and `{bodyHash}` are written. Default `'hex'`. */
  readonly as?: BytesAs
  /** Writes the time of signing, in whole seconds since 1970 or as told. `header`: also sends it in a header of its own. */
  readonly timestamp?: { readonly header?: string; readonly as?: 'seconds' | 'millis' | 'iso' }
  /** The header that carries a nonce, new for each time on the wire. */
  readonly nonce?: { readonly header: string }
  /** The header that carries the hash of the body. */
  readonly bodyHash?: { readonly header: string }
  /**
   * What to do with a body that is a stream, where the body is signed. `'refuse'` (default): the call is `StepFailed`, and
   * nothing is sent. `{ bodyHash }`: this text stands for its hash, and `{body}` is empty.
   */
  readonly streams?: 'refuse' | { readonly bodyHash: string }
  /** Where nonces come from. Default: UUIDs of version 7. */
  readonly ids?: Ids
}

/**
 * Signs each request with a key that both sides know (HMAC, RFC 2104), each time it is put on the wire: a quick retry has a
 * timestamp and a nonce of its own. The key is never sent.
 *
 * @example
 * hmac({
 *   key: env.SHOP_KEY, keyId: 'k1', header: 'authorization', value: 'HMAC {keyId}:{signature}',
 *   sign: '{method}\n{target}\n{timestamp}\n{bodyHash}', timestamp: { header: 'x-timestamp' },
 * })
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const hmac = (options: HmacOptions): Auth => {
  const { key, keyAs = 'utf8', keyId = '', algorithm = 'sha256', as = 'hex', timestamp, nonce } = options
  oneOf('algorithm', algorithm, ['sha256', 'sha384', 'sha512', 'sha1'])
  oneOf('as', as, WRITINGS)
  oneOf('keyAs', keyAs, ['utf8', ...WRITINGS])
  oneOf('timestamp as', timestamp?.as ?? 'seconds', ['seconds', 'millis', 'iso'])
  const keyOf = (
    config: Readonly<Record<string, string>>,
  ): { readonly text: string; readonly bytes: Buffer } => {
    const text = reveal(key, config, OPTION)
    if (keyAs !== 'utf8' && !WRITTEN[keyAs].test(text))
      throw new TypeError(`${OPTION}: expected bytes written as ${keyAs}, got something else${placeOf(key)}`)
    return { text, bytes: Buffer.from(text, keyAs) }
  }
  if (isKnown(key)) keyOf({})
  const named = {
    signature: headerName('header', options.header)!,
    time: headerName('timestamp header', timestamp?.header),
    nonce: headerName('nonce header', nonce?.header),
    hash: headerName('bodyHash header', options.bodyHash?.header),
  }
  const headers = Object.values(named).filter((name) => name !== undefined)
  if (new Set(headers).size < headers.length)
    throw new TypeError('hmac: two of its headers have the same name')
  const piecesOf = typeof options.sign === 'string' ? signingTemplate(options.sign, 'hmac sign') : undefined
  const valueOf = headerValue(options.value ?? '{signature}')
  if (piecesOf === undefined && typeof options.sign !== 'function')
    throw new TypeError(`hmac sign: expected a template or a function, got ${typeof options.sign}`)
  const ids = options.ids ?? uuidv7(systemClock, systemRandom)
  return {
    headers,
    settings: settingsIn([key]),
    credentials: () => NOTHING,
    sign(request, config, call) {
      const secret = keyOf(config)
      const parts = partsOf(options, request, stamp(call.clock.now(), timestamp?.as), ids.next(), keyId)
      const signed = piecesOf?.(parts) ?? (options.sign as Exclude<HmacOptions['sign'], string>)(parts)
      const mac = createHmac(algorithm, secret.bytes)
      for (const piece of typeof signed === 'string' || signed instanceof Uint8Array ? [signed] : signed)
        mac.update(piece)
      const signature = mac.digest(as)
      return {
        headers: {
          ...(named.time !== undefined && { [named.time]: parts.timestamp }),
          ...(named.nonce !== undefined && { [named.nonce]: parts.nonce }),
          ...(named.hash !== undefined && { [named.hash]: parts.bodyHash() }),
          [named.signature]: valueOf({ signature, keyId, timestamp: parts.timestamp, nonce: parts.nonce }),
        },
        secrets: [secret.text, signature],
      }
    },
  }
}

const OPTION = 'hmac key'
const WRITINGS = ['hex', 'base64', 'base64url'] as const
const WRITTEN: Readonly<Record<BytesAs, RegExp>> = {
  hex: /^(?:[0-9a-f]{2})+$/i,
  base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  base64url: /^[A-Za-z0-9_-]+$/,
}
const NOTHING = Object.freeze({ headers: Object.freeze({}), secrets: [] })
const EMPTY = new Uint8Array()

const partsOf = (
  { algorithm = 'sha256', as = 'hex', streams = 'refuse' }: HmacOptions,
  { method, url, headers, body }: Unsigned,
  timestamp: string,
  nonce: string,
  keyId: string,
): SigningParts => {
  const bytes = (): Uint8Array => {
    if (body !== 'stream') return body ?? EMPTY
    if (streams === 'refuse') throw unsignableStream()
    return EMPTY
  }
  return {
    method: method.toUpperCase(),
    path: url.pathname,
    query: url.search.slice(1),
    host: url.host,
    timestamp,
    nonce,
    keyId,
    header: (name) => headers[name.toLowerCase()] ?? '',
    body: bytes,
    bodyHash: () =>
      body === 'stream' && streams !== 'refuse'
        ? streams.bodyHash
        : createHash(algorithm).update(bytes()).digest(as),
  }
}

const stamp = (now: number, as: 'seconds' | 'millis' | 'iso' = 'seconds'): string => {
  if (as === 'iso') return new Date(now).toISOString()
  return String(as === 'millis' ? now : Math.floor(now / 1000))
}

type Shown = Readonly<Record<'signature' | 'keyId' | 'timestamp' | 'nonce', string>>

const headerValue = (template: string): ((shown: Shown) => string) => {
  const names = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name!)
  const wrong = names.find((name) => !/^(?:signature|keyId|timestamp|nonce)$/.test(name))
  if (wrong !== undefined)
    throw new TypeError(`hmac value: expected {signature}, {keyId}, {timestamp} or {nonce}, got {${wrong}}`)
  if (!names.includes('signature')) throw new TypeError('hmac value: expected {signature} in it')
  return (shown) => template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => shown[name as keyof Shown])
}

const oneOf = (option: string, given: string, known: readonly string[]): void => {
  if (!known.includes(given))
    throw new TypeError(`hmac ${option}: expected ${known.join(', ')}, got ${JSON.stringify(given)}`)
}

const headerName = (option: string, given: string | undefined): string | undefined => {
  if (given === undefined && option !== 'header') return undefined
  const name = typeof given === 'string' ? given.toLowerCase() : ''
  if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return name
  throw new TypeError(`hmac ${option}: expected a header name, got ${JSON.stringify(given)}`)
}
