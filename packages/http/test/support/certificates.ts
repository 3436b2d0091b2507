import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its key, in PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

/** What a certificate says. */
export interface Named {
  /** DNS names and addresses that it is for. */
  readonly for?: readonly string[]
  /** Days from now. Default -1 and 1. */
  readonly from?: number
  readonly until?: number
}

/** An authority of a test's own, which lives as long as the test. */
export interface Authority {
  readonly cert: string
  issue(name: string, named?: Named): Pair
}

let serial = 0

export const authority = (name = 'a CA for tests'): Authority => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const own = certificate(name, keys.publicKey, name, keys.privateKey, { ca: true })
  return {
    cert: own,
    issue(subject, named = {}) {
      const made = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return {
        cert: certificate(subject, made.publicKey, name, keys.privateKey, named),
        key: made.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      }
    },
  }
}

/** A certificate that nobody vouches for. */
export const selfSigned = (name: string, named: Named = {}): Pair => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    cert: certificate(name, publicKey, name, privateKey, named),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

// X.509 v3 (RFC 5280, section 4.1) in DER.
const certificate = (
  subject: string,
  subjectKey: KeyObject,
  issuer: string,
  issuerKey: KeyObject,
  { for: names = [], from = -1, until = 1, ca = false }: Named & { readonly ca?: boolean },
): string => {
  const algorithm = sequence(oid('2a8648ce3d040302'))
  const extensions = [
    extension('551d13', sequence(...(ca ? [tlv(0x01, Buffer.from([0xff]))] : []))),
    ...(names.length === 0 ? [] : [extension('551d11', sequence(...names.map(generalName)))]),
  ]
  const body = sequence(
    tlv(0xa0, integer(2)),
    integer(++serial),
    algorithm,
    distinguished(issuer),
    sequence(time(from), time(until)),
    distinguished(subject),
    subjectKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  )
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, issuerKey)]))
  // No line may be empty, so the last one has no end of its own.
  const text = sequence(body, algorithm, signature)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`
}

const tlv = (tag: number, value: Buffer): Buffer => {
  const { length } = value
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), value])
}
const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, Buffer.concat(parts))
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'))
const integer = (n: number): Buffer =>
  tlv(0x02, Buffer.from([0, (n >> 8) & 0xff, n & 0xff].slice(n < 128 ? 2 : n < 32768 ? 1 : 0)))
const distinguished = (name: string): Buffer =>
  sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))))
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), tlv(0x04, value))
const generalName = (name: string): Buffer =>
  isIP(name) === 4 ? tlv(0x87, Buffer.from(name.split('.').map(Number))) : tlv(0x82, Buffer.from(name))
const time = (days: number): Buffer => {
  const at = new Date(Date.now() + days * 864e5).toISOString()
  return tlv(0x17, Buffer.from(`${at.slice(2, 19).replace(/[-T:]/g, '')}Z`))
}
