import type { May, Random } from '@xconnector/core'
import { startDeadline } from '../../client/deadline.js'
import type { AuthCall } from '../auth.js'
import type { Via } from './ask-token.js'
import { sharedWait } from './shared-wait.js'
import { TokenFailed } from './token-failed.js'
import type { TokenRenewal } from './token-renewal.js'
import { renewAt, usableUntil, type Tokens } from './tokens.js'

/** What a call gives to whom it asks for a token. */
export type Asking = Pick<AuthCall, 'clock' | 'fetch' | 'log' | 'signal'>

/** What a keeper needs. */
export interface KeeperOptions {
  readonly renewal: TokenRenewal
  /** As it may be shown. */
  readonly server: string
  readonly timeoutMs: number
  readonly random: Random
}

interface Held {
  readonly tokens: Tokens
  readonly renewAt: number
  readonly usableUntil: number
  /** When it came: epoch milliseconds. */
  readonly since: number
  /** How many in a row were refused soon after they had come, this one's forerunners. */
  readonly refusals: number
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
const LONGEST_HINT_MS = 36e5

/**
 * Keeps one access token: gives it while it is good, renews it ahead of time in the background, and asks for a new one only
 * once, however many wait. After a failure it does not ask again for a while.
 */
export class TokenKeeper {
  readonly #options: KeeperOptions
  #held: Held | undefined
  #asking: Promise<Tokens> | undefined
  #failed: { readonly failure: TokenFailed; readonly until: number; readonly times: number } | undefined
  #refused: { readonly access: string; readonly refusals: number } | undefined

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** The access token. Rejects with `TokenFailed`, or with the reason of the call's signal. */
  take(call: Asking): May<string> {
    const now = call.clock.now()
    const held = this.#held
    if (held !== undefined && now < held.renewAt) return held.tokens.access
    const failed = this.#failed !== undefined && now < this.#failed.until ? this.#failed : undefined
    if (held !== undefined && now < held.usableUntil) {
      // Whoever asks now has a good one; the next will have a newer one.
      if (failed === undefined) this.#ask(call).catch(() => {})
      return held.tokens.access
    }
    if (this.#asking === undefined && failed !== undefined) return Promise.reject(failed.failure)
    // Whoever asks first holds virtual time still while the server answers; the others wait for its progress.
    const queued = this.#asking === undefined ? undefined : (call.clock.root ?? call.clock).queued?.()
    return sharedWait(this.#ask(call), call.signal)
      .then((tokens) => tokens.access)
      .finally(queued)
  }

  /**
   * An access token was refused: it is not given any more. Many that were refused at once forget it once. `false`: it is so
   * new that asking for another would do no good, so that a server that refuses every token is not asked for one each call.
   */
  refuse(access: string, now: number): boolean {
    const held = this.#held
    if (held === undefined || held.tokens.access !== access) return true
    const age = now - held.since
    const wait = held.refusals === 0 ? 0 : pause(held.refusals)
    if (age < wait) return false
    this.#refused = { access, refusals: age < LONGEST_WAIT_MS ? held.refusals + 1 : 1 }
    this.#held = undefined
    return true
  }

  /** Takes tokens that came some other way, once they are stored. */
  adopt(tokens: Tokens, now: number): void {
    this.#failed = undefined
    this.#refused = undefined
    this.#hold(tokens, now)
  }

  #ask(call: Asking): Promise<Tokens> {
    return (this.#asking ??= this.#renew(call).finally(() => {
      this.#asking = undefined
    }))
  }

  async #renew(call: Asking): Promise<Tokens> {
    // Others wait for it too: it outlives the call that happened to be first, and its attempt's part of a clock.
    const clock = call.clock.root ?? call.clock
    const { renewal, timeoutMs, server } = this.#options
    const deadline = startDeadline(clock, clock.now() + timeoutMs, undefined)
    const via: Via = { fetch: call.fetch, clock, signal: deadline.signal }
    try {
      const tokens = await renewal.renewed(this.#refused?.access ?? this.#held?.tokens.access, via)
      this.#failed = undefined
      this.#hold(tokens, clock.now())
      return tokens
    } catch (thrown) {
      throw this.#fail(thrown, deadline.signal.aborted, clock.now(), call, server)
    } finally {
      deadline.end()
    }
  }

  #hold(tokens: Tokens, now: number): void {
    this.#held = {
      tokens,
      renewAt: renewAt(tokens, this.#options.random.next()),
      usableUntil: usableUntil(tokens),
      since: now,
      refusals: this.#refused?.refusals ?? 0,
    }
    this.#refused = undefined
  }

  #fail(thrown: unknown, timedOut: boolean, now: number, call: Asking, server: string): TokenFailed {
    const times = (this.#failed?.times ?? 0) + 1
    const known =
      thrown instanceof TokenFailed
        ? thrown
        : new TokenFailed('transient', { server, step: 'token', code: timedOut ? 'TIMED_OUT' : 'UNKNOWN' })
    const wait = pause(times) * (0.5 + this.#options.random.next() / 2)
    const hint = Math.min((known.retryAt ?? 0) - now, LONGEST_HINT_MS)
    const until = now + Math.max(wait, hint)
    const failure = new TokenFailed(known.kind, known, { retryAt: until })
    this.#failed = { failure, until, times }
    const { step, error, code, status } = failure
    call.log.warn('no token', { server, step, error, code, status, nextTryAt: until })
    return failure
  }
}

const pause = (times: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (times - 1))
