import { isKnown, reveal, type SecretText } from '../../config/secret-text.js'
import { settingsIn } from '../../config/settings-in.js'
import type { Auth } from '../auth.js'
import type { OAuthOptions } from './oauth-options.js'
import { seedOf, tokenAuth } from './token-auth.js'

/** What `refreshToken` needs. */
export type RefreshTokenOptions = OAuthOptions & {
  /** The first one. Where the server rotates them, the later ones are in the store: give it one that outlives the process. */
  readonly refreshToken: SecretText
}

/**
 * OAuth 2 by a refresh token that somebody has got already (RFC 6749, 6). Sends `Authorization: Bearer …`, as
 * `clientCredentials` does. A rotated refresh token is stored before the access token that came with it is used. Another
 * one in the configuration wins over what is stored.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const refreshToken = (options: RefreshTokenOptions): Auth => {
  const { refreshToken: first } = options
  if (isKnown(first)) reveal(first, {}, OPTION)
  return tokenAuth(
    options,
    'refreshToken',
    async (asker, stored, config, via) => {
      const configured = reveal(first, config, OPTION)
      const seed = seedOf(configured)
      const token = stored?.seed === seed ? (stored.refresh ?? configured) : configured
      const { tokens } = await asker.ask({ as: 'refresh', token }, via)
      return { ...tokens, seed }
    },
    { settings: settingsIn([first]) },
  ).auth
}

const OPTION = 'refreshToken refreshToken'
