import type { Random } from '@xconnector/core'
import type { Via } from './ask-token.js'
import { TokenFailed } from './token-failed.js'
import type { KeptTokens, StoredTokens, TokenStore } from './token-store.js'
import { renewAt, type Tokens } from './tokens.js'

/** What a renewal needs. */
export interface RenewalOptions {
  readonly store: TokenStore
  readonly key: string
  /** As it may be shown. */
  readonly server: string
  /** How long a process that renews is waited for: longer than it may take. */
  readonly claimMs: number
  readonly random: Random
  /** Asks the server; `stored`: what is kept so far. */
  obtain(stored: Tokens | undefined, via: Via): Promise<Tokens>
}

const LOOK_AGAIN_MS = 250
// A store that never lets anybody write is broken.
const MOST_SWAPS = 20

/**
 * Renews what is kept in a store that other processes use too: one of them asks the server, the others wait for what it
 * stores. Tokens are stored before anybody uses them; what could not be stored is stored before anything else is asked.
 */
export class TokenRenewal {
  readonly #options: RenewalOptions
  // Renewed, but not yet kept: the refresh token before it may be dead.
  #unsaved: { readonly tokens: Tokens; readonly expect: number } | undefined

  constructor(options: RenewalOptions) {
    this.#options = options
  }

  /** Tokens other than `old` (an access token), from the store or from the server. */
  async renewed(old: string | undefined, via: Via): Promise<Tokens> {
    if (this.#unsaved !== undefined) return this.#save(this.#unsaved.tokens, this.#unsaved.expect)
    let lastRefresh: string | undefined
    for (;;) {
      const stored = await this.#read()
      const { clock } = via
      const now = clock.now()
      const { tokens } = stored ?? {}
      if (tokens !== undefined && tokens.access !== old && now < renewAt(tokens, 0)) return tokens
      if (stored?.renewing !== undefined && now < stored.renewing.until) {
        await this.#pause(via)
        continue
      }
      const expect = stored?.version ?? 0
      const renewing = { until: now + this.#options.claimMs }
      if (!(await this.#swap(expect, { ...(tokens && { tokens }), renewing }))) {
        await this.#pause(via)
        continue
      }
      let fresh: Tokens
      try {
        fresh = await this.#options.obtain(tokens, via)
      } catch (cause) {
        await this.#release(expect + 1, tokens)
        // Somebody who does not claim, such as a person who authorizes anew, may have stored another meanwhile.
        const other =
          cause instanceof TokenFailed && cause.error === 'invalid_grant' ? await this.#read() : undefined
        const refresh = other?.tokens?.refresh
        if (refresh === undefined || refresh === tokens?.refresh || refresh === lastRefresh) throw cause
        lastRefresh = refresh
        continue
      }
      return this.#save(fresh, expect + 1)
    }
  }

  /** Stores tokens that came some other way, over whatever is there. */
  async adopt(tokens: Tokens): Promise<void> {
    for (let times = 0; !(await this.#swap((await this.#read())?.version ?? 0, { tokens })); times++)
      if (times === MOST_SWAPS) throw this.#storeFailed()
    this.#unsaved = undefined
  }

  #pause({ clock, signal }: Via): Promise<void> {
    return clock.sleep(LOOK_AGAIN_MS * (0.5 + this.#options.random.next()), signal)
  }

  async #save(tokens: Tokens, expect: number): Promise<Tokens> {
    this.#unsaved = { tokens, expect }
    let at = expect
    for (let times = 0; !(await this.#swap(at, { tokens })); times++) {
      if (times === MOST_SWAPS) throw this.#storeFailed()
      // Our claim had run out, and another process went on without us: what it has stored came later.
      const stored = await this.#read()
      if (stored?.tokens !== undefined && stored.tokens.askedAt > tokens.askedAt) {
        this.#unsaved = undefined
        return stored.tokens
      }
      at = stored?.version ?? 0
    }
    this.#unsaved = undefined
    return tokens
  }

  async #release(expect: number, tokens: Tokens | undefined): Promise<void> {
    try {
      await this.#options.store.swap(this.#options.key, expect, tokens === undefined ? {} : { tokens })
    } catch {
      // It runs out by itself.
    }
  }

  async #read(): Promise<StoredTokens | undefined> {
    try {
      return await this.#options.store.read(this.#options.key)
    } catch {
      throw this.#storeFailed()
    }
  }

  async #swap(expect: number, kept: KeptTokens): Promise<boolean> {
    try {
      return await this.#options.store.swap(this.#options.key, expect, kept)
    } catch {
      throw this.#storeFailed()
    }
  }

  #storeFailed(): TokenFailed {
    return new TokenFailed('transient', { server: this.#options.server, step: 'store', code: 'STORE' })
  }
}
