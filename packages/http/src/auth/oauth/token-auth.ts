import { createHash } from 'node:crypto'
import { millis, systemRandom } from '@xconnector/core'
import type { Auth, Credentials } from '../auth.js'
import { TokenAsker, type Via } from './ask-token.js'
import type { OAuthOptions } from './oauth-options.js'
import { isPartyKnown, partyOf, partySettings, type OAuthParty } from './oauth-party.js'
import { TokenKeeper } from './token-keeper.js'
import { TokenRenewal } from './token-renewal.js'
import { memoryTokens } from './token-store.js'
import type { Tokens } from './tokens.js'

type Config = Readonly<Record<string, string>>

/** One party's tokens, and who gets them. */
export interface TokenDesk {
  readonly party: OAuthParty
  readonly asker: TokenAsker
  readonly renewal: TokenRenewal
  readonly keeper: TokenKeeper
}

/** An auth by access tokens, and its desks. */
export interface TokenAuth {
  readonly auth: Auth
  /** The desk under a configuration: the same one wherever server, client and scope are the same. */
  desk(config: Config): TokenDesk
}

/**
 * An auth that sends `Authorization: Bearer …` (RFC 6750) with a token that `obtain` gets.
 *
 * @throws TypeError naming the option that makes no sense: at once where it is known, else when it is needed.
 */
export const tokenAuth = (
  options: OAuthOptions,
  at: string,
  obtain: (asker: TokenAsker, stored: Tokens | undefined, config: Config, via: Via) => Promise<Tokens>,
  more: { readonly settings?: Auth['settings'] } = {},
): TokenAuth => {
  const store = options.store ?? memoryTokens()
  const random = options.random ?? systemRandom
  const timeoutMs = millis(options.timeout ?? '10s', `${at} timeout`)
  const byIdentity = new Map<string, TokenDesk>()
  const byConfig = new WeakMap<Config, TokenDesk>()
  const made = (party: OAuthParty, config: Config): TokenDesk => {
    const asker = new TokenAsker(party)
    const { key, server } = party
    const renewal = new TokenRenewal({
      store,
      key,
      server,
      random,
      claimMs: 2 * timeoutMs,
      obtain: (stored, via) => obtain(asker, stored, config, via),
    })
    return { party, asker, renewal, keeper: new TokenKeeper({ renewal, server, timeoutMs, random }) }
  }
  const desk = (config: Config): TokenDesk => {
    let found = byConfig.get(config)
    if (found !== undefined) return found
    const party = partyOf(options, config, at)
    found = byIdentity.get(party.identity) ?? made(party, config)
    byIdentity.set(party.identity, found)
    byConfig.set(config, found)
    return found
  }
  if (isPartyKnown(options)) partyOf(options, {}, at)
  const { fetch } = options
  return {
    desk,
    auth: {
      headers: ['authorization'],
      settings: [...partySettings(options), ...(more.settings ?? [])],
      credentials(config, call) {
        const taken = desk(config).keeper.take(
          fetch === undefined ? call : { clock: call.clock, log: call.log, signal: call.signal, fetch },
        )
        return typeof taken === 'string' ? bearing(taken) : taken.then(bearing)
      },
      renew: (refused, config, call) =>
        desk(config).keeper.refuse(refused.secrets[0] ?? '', call.clock.now()),
    },
  }
}

const bearing = (access: string): Credentials => ({
  headers: { authorization: `Bearer ${access}` },
  secrets: [access],
})

/** Tells one refresh token of the configuration from another, without showing it. */
export const seedOf = (refresh: string): string => createHash('sha256').update(refresh).digest('base64url')
