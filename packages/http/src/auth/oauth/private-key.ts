import type { KeyObject, webcrypto } from 'node:crypto'
import { readPrivateKey } from '../../config/read-private-key.js'

/** A private key as WebCrypto has it, from PEM. Its messages never quote it. */
export const privateKey = (pem: string, rsa: 'RS256' | 'PS256', option: string): webcrypto.CryptoKey => {
  let key: KeyObject
  try {
    key = readPrivateKey(pem)
  } catch {
    throw new TypeError(`${option}: expected a private key as PEM (PKCS #8), got something else`)
  }
  return key.toCryptoKey(algorithmOf(key, rsa, option), false, ['sign'])
}

const CURVES: ReadonlyMap<string | undefined, string> = new Map([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
])

type Algorithm = Parameters<KeyObject['toCryptoKey']>[0]

const algorithmOf = (key: KeyObject, rsa: 'RS256' | 'PS256', option: string): Algorithm => {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa') return { name: rsa === 'PS256' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  if (type === 'ed25519') return { name: 'Ed25519' }
  const namedCurve = type === 'ec' ? CURVES.get(details?.namedCurve) : undefined
  if (namedCurve !== undefined) return { name: 'ECDSA', namedCurve }
  throw new TypeError(`${option}: expected a key of RSA, EC (P-256, P-384, P-521) or Ed25519, got ${type}`)
}
