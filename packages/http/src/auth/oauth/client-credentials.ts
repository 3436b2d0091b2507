import type { Auth } from '../auth.js'
import type { OAuthOptions } from './oauth-options.js'
import { tokenAuth } from './token-auth.js'

/**
 * OAuth 2 client credentials (RFC 6749, 4.4): the service itself is the user. Sends `Authorization: Bearer …`.
 *
 * The token is kept, renewed ahead of time, and asked for once however many calls wait for it. After a 401 it is forgotten,
 * and the call is sent once more with a new one. No token: `ConnectFailed` where that passes, `Unauthorized` where the
 * server refused the client; both with a `TokenFailed` as their cause.
 *
 * @example
 * clientCredentials({
 *   issuer: 'https://id.example', client: { id: env.CLIENT_ID, secret: env.CLIENT_SECRET }, scope: 'assets:write',
 * })
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const clientCredentials = (options: OAuthOptions): Auth =>
  tokenAuth(options, 'clientCredentials', async (asker, _stored, _config, via) => {
    const { tokens } = await asker.ask({ as: 'client' }, via)
    return tokens
  }).auth
