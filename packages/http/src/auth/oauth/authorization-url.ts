import type { TokenAsker, Via } from './ask-token.js'
import { loadOAuth } from './load-oauth.js'
import { TokenFailed } from './token-failed.js'

/**
 * What is to be kept until the browser comes back, for that browser only: JSON, and secret. In a session on the server, or
 * in a cookie that is encrypted.
 */
export interface PendingAuthorization {
  readonly state: string
  readonly verifier: string
  /** Where the scope has `openid`. */
  readonly nonce?: string
  /** Epoch milliseconds. */
  readonly startedAt: number
}

/** What may be said about one authorization. */
export interface StartOptions {
  readonly loginHint?: string
  readonly prompt?: 'none' | 'login' | 'consent' | 'select_account'
  /** Other parameters of the authorization request, such as `access_type: 'offline'`. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** Where to send a browser, with a state, a PKCE challenge (S256) and, for OpenID Connect, a nonce that are used once. */
export const authorizationUrl = async (
  asker: TokenAsker,
  { loginHint, prompt, parameters }: StartOptions,
  redirectUri: string,
  via: Via,
): Promise<{ readonly url: string; readonly pending: PendingAuthorization }> => {
  const { party } = asker
  const { authorization_endpoint: endpoint } = await asker.metadata(via)
  const url = endpoint === undefined ? undefined : asker.endpoint(endpoint, 'authorization_endpoint')
  if (url === undefined)
    throw new TokenFailed('permanent', {
      server: party.server,
      step: 'authorization',
      code: 'NO_AUTHORIZATION_ENDPOINT',
    })
  const lib = await loadOAuth()
  const verifier = lib.generateRandomCodeVerifier()
  const state = lib.generateRandomState()
  const openid = party.scope?.split(' ').includes('openid') === true
  const nonce = openid ? lib.generateRandomNonce() : undefined
  const asked: Readonly<Record<string, string | undefined>> = {
    ...party.parameters,
    ...parameters,
    scope: party.scope,
    login_hint: loginHint,
    prompt,
    response_type: 'code',
    client_id: party.clientId,
    redirect_uri: redirectUri,
    state,
    nonce,
    code_challenge: await lib.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(asked))
    if (value !== undefined) url.searchParams.set(name, value)
  return {
    url: url.href,
    pending: { state, verifier, ...(nonce !== undefined && { nonce }), startedAt: via.clock.now() },
  }
}
