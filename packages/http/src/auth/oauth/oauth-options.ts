import type { Duration, Random, Setting } from '@xconnector/core'
import type { SecretText } from '../../config/secret-text.js'
import type { AuthFetch } from '../auth.js'
import type { TokenStore } from './token-store.js'

/** A text, or a setting that gives it. */
export type Text = string | Setting<string>

/** Whom to ask for tokens: an issuer whose endpoints are discovered, or the endpoints. */
export type OAuthServer =
  | {
      /** Its metadata is read from `/.well-known/`, by OpenID Connect Discovery or RFC 8414. */
      readonly issuer: Text
      /** Default `'oidc'`. */
      readonly discovery?: 'oidc' | 'oauth2'
      readonly tokenEndpoint?: undefined
      readonly authorizationEndpoint?: undefined
    }
  | {
      readonly tokenEndpoint: Text
      /** Where people authorize: for `authorizationCode`. */
      readonly authorizationEndpoint?: Text
      /** Whom assertions are for, and who issues ID tokens. Default: the token endpoint. */
      readonly issuer?: Text
      readonly discovery?: undefined
    }

/** Who asks, and how it proves that. */
export type OAuthClient =
  /** By a secret: `'basic'` sends it in a header (`client_secret_basic`), `'post'` in the body. Default `'basic'`. */
  | { readonly id: Text; readonly secret: SecretText; readonly by?: 'basic' | 'post' }
  /** By an assertion that is signed with a private key (`private_key_jwt`, RFC 7523). */
  | {
      readonly id: Text
      /** PEM, PKCS #8: RSA, EC (P-256, P-384, P-521) or Ed25519. */
      readonly privateKey: SecretText
      /** Names the key to the server. */
      readonly kid?: string
      /** For an RSA key: `'RS256'` (default) or `'PS256'`. */
      readonly algorithm?: 'RS256' | 'PS256'
    }
  /** By nothing: a public client, or one known by its TLS certificate. */
  | { readonly id: Text; readonly public: true }

/** What all grants have in common. */
export type OAuthOptions = OAuthServer & {
  readonly client: OAuthClient
  /** One text, or a list that is joined with spaces. */
  readonly scope?: string | readonly string[]
  /** Whom the token is for, as some servers want it. */
  readonly audience?: string
  /** Whom the token is for, by RFC 8707. */
  readonly resource?: string
  /** Other parameters of the token request. Not for secrets. */
  readonly parameters?: Readonly<Record<string, string>>
  /** How long the server may take. Default `'10s'`. */
  readonly timeout?: Duration
  /** Where tokens are kept. Default: in memory. */
  readonly store?: TokenStore
  /** Tells apart tokens of one client for several accounts, in the store. */
  readonly account?: string
  /** Asks the server some other way than over the connections of the client that needs the token. */
  readonly fetch?: AuthFetch
  /** Allows endpoints of `http:` beside those on this machine. */
  readonly plaintext?: true
  /** Spreads renewals. Default: the platform's. */
  readonly random?: Random
}
