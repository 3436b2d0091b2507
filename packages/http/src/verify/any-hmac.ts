import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto'

/** Hash functions of an HMAC. SHA-1 is here for senders that know no other. */
export type HmacAlgorithm = 'sha256' | 'sha384' | 'sha512' | 'sha1'

/** How the bytes of a signature are written. `hex`: in lower case or in upper case, not in both. */
export type SignatureEncoding = 'hex' | 'base64' | 'base64url'

/** Lengths of their results, in bytes. */
const BYTES: Readonly<Record<HmacAlgorithm, number>> = { sha256: 32, sha384: 48, sha512: 64, sha1: 20 }

/** The key in the text of a secret: its UTF-8 bytes. */
export const textKey = (text: string): KeyObject => createSecretKey(text, 'utf8')

/**
 * The bytes of a signature's text. `undefined` when it is not the one text that such bytes have: of another length, with
 * padding left out, or with bits behind its end.
 */
export const signatureBytes = (
  text: string,
  algorithm: HmacAlgorithm,
  encoding: SignatureEncoding,
): Buffer | undefined => {
  const bytes = Buffer.from(text, encoding)
  if (bytes.length !== BYTES[algorithm]) return undefined
  const canonical = bytes.toString(encoding)
  return text === canonical || (encoding === 'hex' && text === canonical.toUpperCase()) ? bytes : undefined
}

/** An HMAC under several keys, of parts that come one after the other. */
export interface RunningHmac {
  update(part: string | Uint8Array): void
  /** Whether one of several signatures is that of all parts, under one of the keys. Called once. */
  matches(): boolean
}

/** Begins with some parts. Each signature is compared under each key, in constant time. */
export const runningHmac = (
  keys: readonly KeyObject[],
  algorithm: HmacAlgorithm,
  given: readonly Buffer[],
  parts: readonly (string | Uint8Array)[],
): RunningHmac => {
  const hmacs = keys.map((key) => createHmac(algorithm, key))
  const update: RunningHmac['update'] = (part) => {
    for (const hmac of hmacs) hmac.update(part)
  }
  for (const part of parts) update(part)
  return {
    update,
    matches() {
      let genuine = false
      for (const hmac of hmacs) {
        const expected = hmac.digest()
        for (const signature of given)
          if (signature.length === expected.length && timingSafeEqual(signature, expected)) genuine = true
      }
      return genuine
    },
  }
}

/** Whether one of several signatures is the HMAC of some parts, one after the other, under one of several keys. */
export const anyHmac = (
  keys: readonly KeyObject[],
  algorithm: HmacAlgorithm,
  given: readonly Buffer[],
  parts: readonly (string | Uint8Array)[],
): boolean => runningHmac(keys, algorithm, given, parts).matches()
