import {
  left,
  millis,
  isSetting,
  readSetting,
  right,
  systemClock,
  type Clock,
  type Duration,
  type Result,
  type Setting,
} from '@xconnector/core'
import { settingsIn } from '../../config/settings-in.js'
import { startDeadline } from '../../client/deadline.js'
import { networkFetch } from '../../client/network-fetch.js'
import type { Auth, AuthFetch } from '../auth.js'
import type { TokenAsker, Via } from './ask-token.js'
import { authorizationUrl, type PendingAuthorization, type StartOptions } from './authorization-url.js'
import type { OAuthOptions } from './oauth-options.js'
import { serverUrl } from './server-url.js'
import { tokenAuth } from './token-auth.js'
import { TokenFailed } from './token-failed.js'
import type { Tokens } from './tokens.js'

/** What `authorizationCode` needs. */
export type AuthorizationCodeOptions = OAuthOptions & {
  /** Where the server sends people back to, as it is registered there. */
  readonly redirectUri: string | Setting<string>
  /** How long people may take. Default `'10m'`. */
  readonly patience?: Duration
  /** The clock of `start` and `exchange`. Default: the platform's. */
  readonly clock?: Clock
}

/** What was granted. The tokens themselves are in the store. */
export interface Authorized {
  /** Where the server said so. */
  readonly scope?: string
  /** Epoch milliseconds. */
  readonly expiresAt?: number
  /** Whether there is a refresh token: without one, somebody has to authorize again when the access token expires. */
  readonly refreshable: boolean
  /** Of the ID token, where the scope has `openid`: checked, the nonce included. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** How `start` and `exchange` are called. */
export interface AuthorizingOptions {
  readonly signal?: AbortSignal
  /** Overrides of configuration, as tests give them. */
  readonly config?: Readonly<Record<string, string>>
}

/** An auth for whose tokens somebody has to authorize in a browser, once. */
export interface AuthorizationCode extends Auth {
  /** Where to send a browser, and what to keep until it comes back. */
  start(
    options?: StartOptions & AuthorizingOptions,
  ): Promise<Result<TokenFailed, { readonly url: string; readonly pending: PendingAuthorization }>>
  /**
   * What came back, as a URL or as the path and query of one, is exchanged for tokens, which are stored: from now on, calls
   * have credentials. A wrong state, an error, or a code that is refused is a `TokenFailed` of kind permanent.
   */
  exchange(
    callback: string | URL,
    pending: PendingAuthorization,
    options?: AuthorizingOptions,
  ): Promise<Result<TokenFailed, Authorized>>
}

/**
 * OAuth 2 by an authorization code with PKCE (RFC 6749, 4.1; RFC 7636; RFC 9700), and OpenID Connect where the scope has
 * `openid`. Until somebody has authorized, calls are `Unauthorized`; afterwards it renews its token by the refresh token, as
 * `refreshToken` does.
 *
 * @example
 * const crm = authorizationCode({ issuer: 'https://id.example', client, redirectUri: 'https://us.example/callback', scope: 'offline_access', store })
 * const started = await crm.start()                               // send the browser to started.right.url
 * const done = await crm.exchange(request.url, pending)           // at the redirect URI
 * const api = http({ name: 'crm', baseUrl: 'https://crm.example', auth: crm })
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const authorizationCode = (options: AuthorizationCodeOptions): AuthorizationCode => {
  const { redirectUri, clock = systemClock } = options
  const plaintext = options.plaintext === true
  const back = (config: Readonly<Record<string, string>>): string =>
    serverUrl(readSetting(redirectUri, config), `${AT} redirectUri`, plaintext).href
  if (!isSetting(redirectUri)) back({})
  const patienceMs = millis(options.patience ?? '10m', `${AT} patience`)
  const timeoutMs = millis(options.timeout ?? '10s', `${AT} timeout`)
  const { auth, desk } = tokenAuth(options, AT, refreshed, { settings: settingsIn([redirectUri]) })
  let own: AuthFetch | undefined
  const within = async <T>(
    signal: AbortSignal | undefined,
    work: (via: Via) => Promise<T>,
  ): Promise<Result<TokenFailed, T>> => {
    const deadline = startDeadline(clock, clock.now() + timeoutMs, signal)
    const fetch = options.fetch ?? (own ??= networkFetch())
    try {
      return right(await work({ fetch, clock, signal: deadline.signal }))
    } catch (thrown) {
      if (signal?.aborted === true) throw signal.reason
      if (thrown instanceof TokenFailed) return left(thrown)
      throw thrown
    } finally {
      deadline.end()
    }
  }
  return {
    ...auth,
    start({ signal, config = NO_CONFIG, ...asked } = {}) {
      const { asker } = desk(config)
      return within(signal, (via) => authorizationUrl(asker, asked, back(config), via))
    },
    exchange(callback, pending, { signal, config = NO_CONFIG } = {}) {
      const { asker, renewal, keeper, party } = desk(config)
      const { state, verifier, nonce, startedAt } = pending
      const uri = back(config)
      const server = party.server
      return within(signal, async (via) => {
        const now = clock.now()
        // Without a state of ours, any callback would do.
        if (!isText(state) || !isText(verifier))
          throw new TokenFailed('permanent', { server, step: 'authorization', code: 'PENDING' })
        if (!(now - startedAt <= patienceMs))
          throw new TokenFailed('permanent', { server, step: 'authorization', code: 'EXPIRED' })
        const { tokens, claims } = await asker.ask(
          {
            as: 'code',
            callback: callbackOf(callback, uri, server),
            redirectUri: uri,
            state,
            verifier,
            nonce,
          },
          via,
        )
        await renewal.adopt(tokens)
        keeper.adopt(tokens, now)
        const { scope, expiresAt } = tokens
        return {
          ...(scope !== undefined && { scope }),
          ...(expiresAt !== undefined && { expiresAt }),
          refreshable: tokens.refresh !== undefined,
          ...(claims !== undefined && { claims }),
        }
      })
    },
  }
}

const AT = 'authorizationCode'
const NO_CONFIG: Readonly<Record<string, string>> = Object.freeze({})

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

const callbackOf = (callback: string | URL, redirectUri: string, server: string): URL => {
  try {
    return new URL(callback, redirectUri)
  } catch {
    throw new TokenFailed('permanent', { server, step: 'authorization', code: 'CALLBACK' })
  }
}

const refreshed = async (
  asker: TokenAsker,
  stored: Tokens | undefined,
  _config: Readonly<Record<string, string>>,
  via: Via,
): Promise<Tokens> => {
  if (stored?.refresh === undefined)
    throw new TokenFailed('permanent', {
      server: asker.party.server,
      step: 'authorization',
      code: stored === undefined ? 'NOT_AUTHORIZED' : 'NOT_REFRESHABLE',
    })
  const { tokens } = await asker.ask({ as: 'refresh', token: stored.refresh }, via)
  return tokens
}
