import type { May } from '@xconnector/core'
import type { Tokens } from './tokens.js'

/** What is kept under a key: the tokens, and who is renewing them. JSON. */
export interface KeptTokens {
  readonly tokens?: Tokens
  /** A process is renewing them, and has until then (epoch milliseconds): a refresh token may be good for one use only. */
  readonly renewing?: { readonly until: number }
}

/** As read: the version counts up from 1. */
export interface StoredTokens extends KeptTokens {
  readonly version: number
}

/**
 * Keeps tokens over restarts, and for several processes: a port. What is in it is secret, so keep it where only the service
 * can read it. A rejection means that nothing was written; its reason is shown to nobody.
 */
export interface TokenStore {
  read(key: string): May<StoredTokens | undefined>
  /**
   * Writes, durably before it resolves, if the version is still `expect` (0: there is nothing yet); `false`: it is not, and
   * nothing was written. The new version is `expect + 1`.
   */
  swap(key: string, expect: number, kept: KeptTokens): May<boolean>
}

/** Keeps tokens in memory: for one process, and until it ends. */
export const memoryTokens = (): TokenStore => {
  const stored = new Map<string, StoredTokens>()
  return {
    read: (key) => stored.get(key),
    swap(key, expect, kept) {
      if ((stored.get(key)?.version ?? 0) !== expect) return false
      stored.set(key, { ...kept, version: expect + 1 })
      return true
    },
  }
}
