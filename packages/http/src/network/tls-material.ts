import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext, getCACertificates, rootCertificates, type ConnectionOptions } from 'node:tls'
import { readSetting } from '@xconnector/core'
import { textIn } from '../config/secret-text.js'
import type { Pem, Pfx, TlsOptions } from './network-options.js'
import { certificatesOf, isFile } from './tls-check.js'

/** TLS settings that were read: what connections are made with. */
export interface TlsMaterial {
  /** A hash, which tells these settings from others. */
  readonly identity: string
  readonly options: ConnectionOptions
  /** The same without our own certificate, for the connection to a proxy. */
  readonly forProxy: ConnectionOptions
}

type Config = Readonly<Record<string, string>>

/** Verification is on, whatever the environment says (`NODE_TLS_REJECT_UNAUTHORIZED`). */
export const PLAIN_TLS: TlsMaterial = {
  identity: '',
  options: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
  forProxy: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
}

/** Reads what some options point to. Rejects with whatever reading a file, or OpenSSL, rejects with. */
export const readMaterial = async (options: TlsOptions, config: Config): Promise<TlsMaterial> => {
  const [cert, key, pfx, ...ca] = await Promise.all(
    [options.cert, options.key, options.pfx, ...certificatesOf(options.ca)].map((m) => bytesOf(m, config)),
  )
  const passphrase = options.passphrase === undefined ? undefined : textIn(options.passphrase, config)
  return materialOf(options, { cert, key, pfx, passphrase, ca: ca as (string | Buffer)[] })
}

/** The same at once, for options that hold all that they need. */
export const knownMaterial = (options: TlsOptions): TlsMaterial => {
  const plain = (m: Pem | Pfx | undefined): string | Buffer | undefined =>
    m === undefined || isFile(m) ? undefined : m instanceof Uint8Array ? Buffer.from(m) : textIn(m, {})
  return materialOf(options, {
    cert: plain(options.cert),
    key: plain(options.key),
    pfx: plain(options.pfx),
    passphrase: options.passphrase === undefined ? undefined : textIn(options.passphrase, {}),
    ca: certificatesOf(options.ca).map((m) => plain(m)!),
  })
}

interface Read {
  readonly cert: string | Buffer | undefined
  readonly key: string | Buffer | undefined
  readonly pfx: string | Buffer | undefined
  readonly passphrase: string | undefined
  readonly ca: readonly (string | Buffer)[]
}

const materialOf = (
  { roots = 'add', minVersion = 'TLSv1.2', servername, insecure }: TlsOptions,
  { cert, key, pfx, passphrase, ca }: Read,
): TlsMaterial => {
  const trusted = ca.length === 0 ? {} : { ca: roots === 'replace' ? [...ca] : [...platformRoots(), ...ca] }
  const own = {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(pfx !== undefined && { pfx }),
    ...(passphrase !== undefined && { passphrase }),
  }
  const common: ConnectionOptions = { rejectUnauthorized: insecure === undefined, minVersion }
  const context = (more: object): ConnectionOptions =>
    Object.keys(more).length === 0 ? {} : { secureContext: createSecureContext({ minVersion, ...more }) }
  return {
    identity: hashOf([cert, key, pfx, passphrase, ca, roots, minVersion, servername, insecure]),
    options: {
      ...common,
      ...context({ ...trusted, ...own }),
      ...(servername !== undefined && { servername }),
    },
    forProxy: { ...common, ...context(trusted) },
  }
}

const hashOf = (parts: readonly unknown[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        parts.map((part) => (part instanceof Buffer ? part.toString('latin1') : (part ?? null))),
      ),
    )
    .digest('base64')

// The second also holds what `NODE_EXTRA_CA_CERTS` and `--use-system-ca` add.
const platformRoots = (): readonly string[] =>
  typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates

const bytesOf = async (m: Pem | Pfx | undefined, config: Config): Promise<string | Buffer | undefined> => {
  if (m === undefined) return undefined
  if (m instanceof Uint8Array) return Buffer.from(m)
  return isFile(m) ? await readFile(readSetting(m.file, config)) : textIn(m, config)
}
