import { isSetting, millis, type Setting } from '@xconnector/core'
import { isKnown } from '../config/secret-text.js'
import type { Pem, Pfx, TlsOptions } from './network-options.js'

const NAMES: ReadonlySet<string> = new Set([
  'cert',
  'key',
  'pfx',
  'passphrase',
  'ca',
  'roots',
  'servername',
  'minVersion',
  'insecure',
  'reload',
])

/** @throws TypeError naming the TLS option that makes no sense; never quoting a key or a certificate. */
export const checkTls = (options: TlsOptions, at: string): void => {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${at} tls: expected options or a function that gives them, got ${typeof options}`)
  for (const name of Object.keys(options))
    if (name === 'rejectUnauthorized')
      throw new TypeError(
        `${at} tls.rejectUnauthorized: say insecure: { because: '…' } to turn verification off`,
      )
    else if (!NAMES.has(name)) throw new TypeError(`${at} tls.${name}: no such option`)
  const { cert, key, pfx, insecure, minVersion, roots, ca, servername } = options
  if ((cert === undefined) !== (key === undefined))
    throw new TypeError(
      `${at} tls: expected cert and key together, got ${cert === undefined ? 'key' : 'cert'} only`,
    )
  if (pfx !== undefined && cert !== undefined)
    throw new TypeError(`${at} tls: expected either pfx, or cert and key, got both`)
  if (pfx !== undefined && !(pfx instanceof Uint8Array) && !isFile(pfx))
    throw new TypeError(`${at} tls.pfx: expected bytes or { file }`)
  for (const [name, pem] of Object.entries({ cert, key })) checkPem(pem, `${at} tls.${name}`)
  for (const pem of certificatesOf(ca)) checkPem(pem, `${at} tls.ca`)
  if (roots !== undefined && roots !== 'add' && roots !== 'replace')
    throw new TypeError(`${at} tls.roots: expected 'add' or 'replace', got ${JSON.stringify(roots)}`)
  if (roots === 'replace' && certificatesOf(ca).length === 0)
    throw new TypeError(`${at} tls.roots: 'replace' without ca would trust nobody`)
  if (minVersion !== undefined && minVersion !== 'TLSv1.2' && minVersion !== 'TLSv1.3')
    throw new TypeError(
      `${at} tls.minVersion: expected 'TLSv1.2' or 'TLSv1.3', got ${JSON.stringify(minVersion)}`,
    )
  if (insecure !== undefined && (typeof insecure?.because !== 'string' || insecure.because.trim() === ''))
    throw new TypeError(`${at} tls.insecure.because: expected the reason why nobody need be verified`)
  if (servername !== undefined && (typeof servername !== 'string' || servername === ''))
    throw new TypeError(`${at} tls.servername: expected a host name`)
  if (options.reload !== undefined && millis(options.reload, `${at} tls.reload`) < 1)
    throw new TypeError(`${at} tls.reload: expected more than 0`)
}

/** Whether it is a file that holds something. */
export const isFile = (from: unknown): from is { readonly file: string | Setting<string> } =>
  typeof from === 'object' && from !== null && 'file' in from && !isSetting(from)

/** The authorities in `ca`, one or several. */
export const certificatesOf = (ca: TlsOptions['ca']): readonly Pem[] =>
  ca === undefined ? [] : Array.isArray(ca) ? (ca as readonly Pem[]) : [ca as Pem]

/** Everything in some options that holds material. */
export const materialIn = ({ cert, key, pfx, passphrase, ca }: TlsOptions): readonly (Pem | Pfx)[] =>
  [cert, key, pfx, passphrase, ...certificatesOf(ca)].filter((m) => m !== undefined)

const checkPem = (pem: Pem | undefined, option: string): void => {
  if (pem === undefined || isSetting(pem)) return
  if (isFile(pem)) {
    if (!isSetting(pem.file) && (typeof pem.file !== 'string' || pem.file === ''))
      throw new TypeError(`${option}.file: expected a path`)
    return
  }
  const text = typeof pem === 'string' ? pem : typeof pem === 'object' && isKnown(pem) ? pem.reveal() : ''
  if (!text.includes('-----BEGIN '))
    throw new TypeError(`${option}: expected PEM, a text with "-----BEGIN …-----", or { file }`)
}
