import type { AuthorizationServer, Client, ClientAuth, TokenEndpointResponse } from 'oauth4webapi'
import { systemClock, type Clock } from '@xconnector/core'
import type { AuthFetch } from '../auth.js'
import { loadOAuth, type OAuthLibrary } from './load-oauth.js'
import type { OAuthParty } from './oauth-party.js'
import { recordedFetch, type RecordedFetch } from './recorded-fetch.js'
import { serverUrl } from './server-url.js'
import { TokenFailed, type TokenStep } from './token-failed.js'
import { saidBy, tokenFailedOf } from './token-failed-of.js'
import type { Tokens } from './tokens.js'

/** What is asked for a token with. */
export type Grant =
  | { readonly as: 'client' }
  | { readonly as: 'refresh'; readonly token: string }
  | {
      readonly as: 'code'
      readonly callback: URL
      readonly redirectUri: string
      readonly state: string
      readonly verifier: string
      readonly nonce: string | undefined
    }

/** How the server is reached. The signal ends the request. */
export interface Via {
  readonly fetch: AuthFetch
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Tokens, with the claims of an ID token where there was one. */
export interface Answered {
  readonly tokens: Tokens
  readonly claims: Readonly<Record<string, unknown>> | undefined
}

const METADATA_LASTS_MS = 24 * 36e5

/**
 * Asks one server for tokens. Remembers its metadata for a day, and how far its clock is off ours, which assertions and ID
 * tokens go by. Rejects with `TokenFailed` only.
 */
export class TokenAsker {
  readonly party: OAuthParty
  #metadata: { readonly value: AuthorizationServer; readonly until: number } | undefined
  #skewMs = 0

  constructor(party: OAuthParty) {
    this.party = party
  }

  /** The server's metadata. */
  async metadata(via: Via): Promise<AuthorizationServer> {
    const given = this.party.metadata
    if (!('discover' in given))
      return {
        issuer: given.issuer,
        token_endpoint: given.token,
        ...(given.authorization !== undefined && { authorization_endpoint: given.authorization }),
      }
    const now = via.clock.now()
    if (this.#metadata !== undefined && now < this.#metadata.until) return this.#metadata.value
    return this.#guarded('discovery', via, 'repeatable', [], async (lib, wire) => {
      const response = await lib.discoveryRequest(given.issuer, {
        algorithm: given.discover,
        ...this.#network(lib, wire),
      })
      const value = await lib.processDiscoveryResponse(given.issuer, response)
      this.#metadata = { value, until: now + METADATA_LASTS_MS }
      return value
    })
  }

  /** The tokens for a grant. */
  async ask(grant: Grant, via: Via): Promise<Answered> {
    const server = await this.metadata(via)
    const { clock } = via
    const askedAt = clock.now()
    const repeatable = grant.as === 'client' ? 'repeatable' : 'once'
    return this.#guarded('token', via, repeatable, secretsOf(grant), async (lib, wire) => {
      if (server.token_endpoint !== undefined) this.endpoint(server.token_endpoint, 'token_endpoint')
      const client = this.#client(lib, clock)
      const response = await this.#request(lib, server, client, grant, wire)
      this.#learn(wire)
      const answer = await processed(lib, server, this.#client(lib, clock), grant, response)
      if (answer.token_type !== 'bearer' || !/^[\x21-\x7e]+$/.test(answer.access_token))
        throw Object.assign(new Error('no bearer token'), { code: 'OAUTH_UNSUPPORTED_OPERATION' })
      const refresh = answer.refresh_token ?? (grant.as === 'refresh' ? grant.token : undefined)
      return {
        tokens: {
          access: answer.access_token,
          askedAt,
          ...(answer.expires_in !== undefined && { expiresAt: askedAt + answer.expires_in * 1000 }),
          ...(refresh !== undefined && { refresh }),
          ...(answer.scope !== undefined && { scope: answer.scope }),
        },
        claims: lib.getValidatedIdTokenClaims(answer) as Answered['claims'],
      }
    })
  }

  /** An endpoint of the metadata. Throws `TokenFailed` where it is not one that may be used. */
  endpoint(endpoint: string, name: string): URL {
    try {
      return serverUrl(endpoint, name, this.party.plaintext)
    } catch {
      const { server } = this.party
      throw new TokenFailed('permanent', { server, step: 'discovery', code: 'ENDPOINT_NOT_ALLOWED' })
    }
  }

  #request(
    lib: OAuthLibrary,
    server: AuthorizationServer,
    client: Client,
    grant: Grant,
    wire: RecordedFetch,
  ): Promise<Response> {
    const proof = this.#proof(lib)
    const { parameters, scope } = this.party
    const network = this.#network(lib, wire)
    const options = { ...network, additionalParameters: parameters }
    const scoped = scope === undefined ? parameters : { ...parameters, scope }
    switch (grant.as) {
      case 'client':
        return lib.clientCredentialsGrantRequest(server, client, proof, scoped, network)
      case 'refresh':
        return lib.refreshTokenGrantRequest(server, client, proof, grant.token, options)
      case 'code':
        return lib.authorizationCodeGrantRequest(
          server,
          client,
          proof,
          lib.validateAuthResponse(server, client, grant.callback, grant.state),
          grant.redirectUri,
          grant.verifier,
          options,
        )
    }
  }

  #client(lib: OAuthLibrary, clock: Clock): Client {
    // The library goes by the platform's time.
    const skew = Math.round((clock.now() + this.#skewMs - systemClock.now()) / 1000)
    return { client_id: this.party.clientId, [lib.clockSkew]: skew }
  }

  #proof(lib: OAuthLibrary): ClientAuth {
    const { proof } = this.party
    switch (proof.by) {
      case 'basic':
        return lib.ClientSecretBasic(proof.secret)
      case 'post':
        return lib.ClientSecretPost(proof.secret)
      case 'key':
        return lib.PrivateKeyJwt(proof.kid === undefined ? proof.key : { key: proof.key, kid: proof.kid })
      case 'none':
        return lib.None()
    }
  }

  #network(lib: OAuthLibrary, wire: RecordedFetch): Record<symbol, unknown> {
    // What was given as http: has been looked at when it was declared.
    return { [lib.customFetch]: wire.fetch, [lib.allowInsecureRequests]: true }
  }

  #learn(wire: RecordedFetch): void {
    const date = wire.last?.headers.get('date')
    const at = date === null || date === undefined ? Number.NaN : Date.parse(date)
    if (!Number.isNaN(at)) this.#skewMs = at - wire.last!.at
  }

  async #guarded<T>(
    step: TokenStep,
    via: Via,
    times: 'once' | 'repeatable',
    secrets: readonly string[],
    work: (lib: OAuthLibrary, wire: RecordedFetch) => Promise<T>,
  ): Promise<T> {
    const { clock, signal } = via
    const wire = recordedFetch(via.fetch, signal, () => clock.now(), times === 'repeatable')
    try {
      return await work(await loadOAuth(), wire)
    } catch (thrown) {
      const all = [...this.party.secrets, ...secrets, ...wire.sent]
      const { server } = this.party
      const refused = refusedAt(thrown, wire.last !== undefined)
      if (refused !== undefined)
        throw new TokenFailed('permanent', { server, step: 'authorization', ...refused(all) })
      throw tokenFailedOf({
        server,
        step,
        thrown,
        answer: wire.last,
        timedOut: signal.aborted,
        now: clock.now(),
        secrets: all,
      })
    }
  }
}

const processed = (
  lib: OAuthLibrary,
  server: AuthorizationServer,
  client: Client,
  grant: Grant,
  response: Response,
): Promise<TokenEndpointResponse> => {
  switch (grant.as) {
    case 'client':
      return lib.processClientCredentialsResponse(server, client, response)
    case 'refresh':
      return lib.processRefreshTokenResponse(server, client, response)
    case 'code':
      return lib.processAuthorizationCodeResponse(server, client, response, {
        ...(grant.nonce !== undefined && { expectedNonce: grant.nonce, requireIdToken: true }),
      })
  }
}

const secretsOf = (grant: Grant): readonly string[] => {
  if (grant.as === 'client') return []
  if (grant.as === 'refresh') return [grant.token]
  const code = grant.callback.searchParams.get('code')
  return [
    grant.verifier,
    grant.state,
    ...(code === null ? [] : [code]),
    ...(grant.nonce === undefined ? [] : [grant.nonce]),
  ]
}

type Refused = (secrets: readonly string[]) => Pick<TokenFailed, 'error' | 'description' | 'code'>

// What a callback was refused for before anything was sent: an error that it brought, or a state that is not ours.
const refusedAt = (thrown: unknown, sent: boolean): Refused | undefined => {
  const { name, code, cause } = Object(thrown) as Readonly<Record<string, unknown>>
  if (name === 'AuthorizationResponseError' && cause instanceof URLSearchParams)
    return (secrets) => saidBy(cause.get('error'), cause.get('error_description'), secrets)
  return code === 'OAUTH_INVALID_RESPONSE' && !sent ? () => ({ code: 'CALLBACK' }) : undefined
}
