import { createHash, type webcrypto } from 'node:crypto'
import { readSetting, type Setting } from '@xconnector/core'
import { isKnown, reveal } from '../../config/secret-text.js'
import { settingsIn } from '../../config/settings-in.js'
import type { OAuthOptions } from './oauth-options.js'
import { privateKey } from './private-key.js'
import { serverUrl } from './server-url.js'

/** How a client proves who it is, with its secrets at hand. */
export type Proof =
  | { readonly by: 'basic' | 'post'; readonly secret: string }
  | { readonly by: 'key'; readonly key: webcrypto.CryptoKey; readonly kid: string | undefined }
  | { readonly by: 'none' }

/** The two sides of a token request, under one configuration: settings are read, everything is checked. */
export interface OAuthParty {
  /** The issuer or the token endpoint, as it may be shown. */
  readonly server: string
  /** Read from there; or the endpoints that were given. */
  readonly metadata:
    | { readonly discover: 'oidc' | 'oauth2'; readonly issuer: URL }
    | { readonly issuer: string; readonly token: string; readonly authorization: string | undefined }
  readonly clientId: string
  readonly proof: Proof
  /** Never shown. */
  readonly secrets: readonly string[]
  /** Other parameters of the token request. */
  readonly parameters: Readonly<Record<string, string>>
  readonly scope: string | undefined
  readonly plaintext: boolean
  /** Tells its tokens apart: server, client, scope, audience, account. Not secret. */
  readonly key: string
  /** Tells two configurations apart: as `key`, with the secret. */
  readonly identity: string
}

type Config = Readonly<Record<string, string>>

/** The settings of a declaration: checked when a runtime starts. */
export const partySettings = (options: OAuthOptions): readonly Setting<unknown>[] => {
  const client = options.client as Readonly<Record<string, unknown>>
  return settingsIn([
    options.issuer,
    options.tokenEndpoint,
    options.authorizationEndpoint,
    client['id'],
    client['secret'],
    client['privateKey'],
  ])
}

/** Whether nothing is left to be read from a configuration, so that the party can be checked at once. */
export const isPartyKnown = (options: OAuthOptions): boolean => partySettings(options).length === 0

/** @throws TypeError naming the option that makes no sense, never a secret. */
export const partyOf = (options: OAuthOptions, config: Config, at: string): OAuthParty => {
  const plaintext = options.plaintext === true
  const metadata = metadataOf(options, config, at, plaintext)
  const server = 'discover' in metadata ? metadata.issuer.href : metadata.token
  const clientId = text(readSetting(options.client?.id, config), `${at} client id`)
  const { proof, secrets } = proofOf(options, config, at)
  const scope = scopeOf(options.scope, at)
  const { audience, resource, account } = options
  const key = JSON.stringify([
    shown(server),
    clientId,
    scope ?? '',
    audience ?? '',
    resource ?? '',
    account ?? '',
  ])
  return {
    server: shown(server),
    metadata,
    clientId,
    proof,
    secrets,
    parameters: {
      ...options.parameters,
      ...(audience !== undefined && { audience }),
      ...(resource !== undefined && { resource }),
    },
    scope,
    plaintext,
    key,
    identity: createHash('sha256')
      .update(JSON.stringify([key, secrets]))
      .digest('hex'),
  }
}

const metadataOf = (
  options: OAuthOptions,
  config: Config,
  at: string,
  plaintext: boolean,
): OAuthParty['metadata'] => {
  const url = (from: string | Setting<string>, option: string): URL =>
    serverUrl(readSetting(from, config), `${at} ${option}`, plaintext)
  if (options.tokenEndpoint === undefined) {
    if (options.issuer === undefined)
      throw new TypeError(`${at} issuer: expected an issuer or a tokenEndpoint, got neither`)
    const { discovery = 'oidc' } = options
    if (discovery !== 'oidc' && discovery !== 'oauth2')
      throw new TypeError(`${at} discovery: expected 'oidc' or 'oauth2', got ${JSON.stringify(discovery)}`)
    return { discover: discovery, issuer: url(options.issuer, 'issuer') }
  }
  const token = url(options.tokenEndpoint, 'tokenEndpoint').href
  const { authorizationEndpoint: authorize, issuer } = options
  // An issuer is compared as it is written.
  if (issuer !== undefined) url(issuer, 'issuer')
  return {
    token,
    authorization: authorize === undefined ? undefined : url(authorize, 'authorizationEndpoint').href,
    issuer: issuer === undefined ? token : readSetting(issuer, config),
  }
}

const proofOf = (
  { client }: OAuthOptions,
  config: Config,
  at: string,
): { readonly proof: Proof; readonly secrets: readonly string[] } => {
  if ('secret' in client) {
    const { by = 'basic' } = client
    if (by !== 'basic' && by !== 'post')
      throw new TypeError(`${at} client by: expected 'basic' or 'post', got ${JSON.stringify(by)}`)
    const secret = reveal(client.secret, config, `${at} client secret`)
    return { proof: { by, secret }, secrets: [secret] }
  }
  if ('privateKey' in client) {
    const option = `${at} client privateKey`
    const from = client.privateKey
    // PEM has lines, so that it is read past the check of secrets that go into headers; a variable may have them as \n.
    const value = isKnown(from) ? from : readSetting<unknown>(from, config)
    const given = typeof value === 'string' ? value : (value as { reveal(): string }).reveal()
    const pem = given.replaceAll('\\n', '\n')
    const key = privateKey(pem, client.algorithm ?? 'RS256', option)
    return { proof: { by: 'key', key, kid: client.kid }, secrets: [pem] }
  }
  if (client.public !== true)
    throw new TypeError(`${at} client: expected a secret, a privateKey, or public: true`)
  return { proof: { by: 'none' }, secrets: [] }
}

const scopeOf = (scope: OAuthOptions['scope'], at: string): string | undefined => {
  const joined = typeof scope === 'object' ? scope.join(' ') : scope
  if (joined === undefined || joined === '') return undefined
  // RFC 6749, section 3.3.
  if (/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(joined)) return joined
  throw new TypeError(`${at} scope: expected names without spaces and quotes, got ${JSON.stringify(joined)}`)
}

const text = (value: unknown, option: string): string => {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new TypeError(`${option}: expected a text, got ${value === '' ? 'an empty one' : typeof value}`)
}

const shown = (url: string): string => {
  const { origin, pathname } = new URL(url)
  return pathname === '/' ? origin : origin + pathname
}
