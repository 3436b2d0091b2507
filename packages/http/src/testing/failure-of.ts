import { OutcomeUnknown, type Clock, type Effect } from '@xconnector/core'
import { saysOf, type DeclaredCall } from './remote/on.js'
import { classify, flawed, type Called } from '../outcome/classify.js'
import type { Exchange } from '../outcome/exchange.js'
import type { BadResponse, Flaw } from '../failure/bad-response.js'
import type { ExchangeFailure } from '../failure/call-failure.js'
import type { Conflict } from '../failure/conflict.js'
import type { ConnectFailed } from '../failure/connect-failed.js'
import type { ConnectionLost } from '../failure/connection-lost.js'
import type { Forbidden } from '../failure/forbidden.js'
import type { NotFound } from '../failure/not-found.js'
import type { PreconditionFailed } from '../failure/precondition-failed.js'
import type { RateLimited } from '../failure/rate-limited.js'
import type { Rejected } from '../failure/rejected.js'
import type { TimedOut } from '../failure/timed-out.js'
import type { Unauthorized } from '../failure/unauthorized.js'
import type { Unavailable } from '../failure/unavailable.js'

/**
 * What went wrong: a status; no connection (`refused`), one that broke (`reset`), an answer that broke off (`cut`) or did not
 * come in time (`timed-out`); or the flaw of a 2xx answer.
 */
export type Wrong = number | 'refused' | 'reset' | 'cut' | 'timed-out' | Flaw

interface Tags {
  readonly refused: ConnectFailed
  readonly reset: ConnectionLost
  readonly cut: ConnectionLost
  readonly 'timed-out': TimedOut
  readonly 401: Unauthorized
  readonly 403: Forbidden | RateLimited
  readonly 404: NotFound
  readonly 407: ConnectFailed
  readonly 409: Conflict
  readonly 412: PreconditionFailed
  readonly 429: RateLimited
  readonly 400: Rejected
  readonly 410: Rejected
  readonly 422: Rejected
  readonly 408: Unavailable
  readonly 500: Unavailable
  readonly 502: Unavailable
  readonly 503: Unavailable
  readonly 504: Unavailable
}

/** The failure of what went wrong. */
export type FailureFor<W extends Wrong> = W extends keyof Tags
  ? Tags[W]
  : W extends Flaw
    ? BadResponse
    : ExchangeFailure

/** What may be said of a failure beside what went wrong. */
export interface FailureOfOptions {
  /** The declared call that fails: gives names, method and path. */
  readonly of?: DeclaredCall
  /**
   * Of the call. What may have taken effect is `transient` by default, as a flow's routes see it of all but unsafe targets;
   * with `'unsafe'` it is `OutcomeUnknown`.
   */
  readonly effect?: Effect
  /** Headers of the answer, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>
  /** Seconds: `Retry-After`. With it a `clock` is needed. */
  readonly retryAfter?: number
  /** The answer: a text as it is, all else as JSON. */
  readonly body?: unknown
  /** Of the platform, with `refused` and `reset`: `'ENOTFOUND'`, `'CERT_HAS_EXPIRED'`. */
  readonly code?: string
  /** By which `retryAfter` is counted: the context's, `ctx.clock`. */
  readonly clock?: Clock
}

/**
 * The failure that a call of an HTTP client has for a status or a fault of the wire, by the client's own table: for
 * stand-ins.
 *
 * @example
 * await using t = testFlow(publish, { replace: { 'post-page': () => failureOf(503) } })
 * @throws TypeError for a status that is no failure, and for `retryAfter` without `clock`.
 */
export const failureOf: {
  <const W extends Wrong>(
    wrong: W,
    options: FailureOfOptions & { readonly effect: 'unsafe' },
  ): FailureFor<W> | OutcomeUnknown
  <const W extends Wrong>(
    wrong: W,
    options?: FailureOfOptions & { readonly effect?: Exclude<Effect, 'unsafe'> },
  ): FailureFor<W>
} = (wrong: Wrong, given?: FailureOfOptions): never => {
  const options = given ?? {}
  const says = options.of && saysOf(options.of, 'failureOf of')
  // Under a virtual clock the platform's time would be years away.
  if (options.retryAfter !== undefined && options.clock === undefined)
    throw new TypeError('failureOf retryAfter: expected a clock with it, such as that of the context')
  const now = options.clock?.now() ?? 0
  const called: Called = {
    destination: says?.client.name ?? 'remote',
    target: says?.name ?? 'call',
    method: says?.method ?? 'POST',
    path: says?.path ?? '/',
    effect: options.effect === 'unsafe' ? 'unsafe' : 'none',
    startedAt: now,
    now,
    secrets: () => [],
  }
  const failure = made(called, wrong, options)
  return (
    failure.kind === 'unknown'
      ? new OutcomeUnknown(`target "${called.target}" may have taken effect: ${failure._tag}`, {
          cause: failure,
        })
      : failure
  ) as never
}

const made = (called: Called, wrong: Wrong, options: FailureOfOptions): ExchangeFailure => {
  const answer = answerOf(options)
  const exchange =
    typeof wrong === 'number' ? { as: 'answered' as const, status: wrong, ...answer } : undefined
  if (exchange !== undefined) {
    const classified = classify(called, exchange)
    if (classified === undefined || exchange.status < 200)
      throw new TypeError(`failureOf: expected a status of failure, from 300 to 599, got ${String(wrong)}`)
    return classified.failure
  }
  const broken = BROKEN[wrong as keyof typeof BROKEN]?.(options.code, answer)
  if (broken !== undefined) return classify(called, broken)!.failure
  if (typeof wrong !== 'string')
    throw new TypeError(`failureOf: expected a status or the name of a fault, got ${typeof wrong}`)
  return flawed(called, { status: 200, ...answer }, wrong as Flaw, `was answered with a flaw: ${wrong}`)
    .failure
}

type Answer = Pick<Exchange & { as: 'answered' }, 'headers' | 'body'>

const BROKEN: Readonly<
  Record<'refused' | 'reset' | 'cut' | 'timed-out', (code: string | undefined, answer: Answer) => Exchange>
> = {
  refused: (code = 'ECONNREFUSED') => ({ as: 'never-sent', code }),
  reset: (code = 'ECONNRESET') => ({ as: 'lost', code }),
  cut: (code = 'ECONNRESET', { headers }) => ({ as: 'cut', status: 200, headers, code }),
  'timed-out': () => ({ as: 'timed-out', sent: true }),
}

const answerOf = ({ headers, retryAfter, body }: FailureOfOptions): Answer => ({
  headers: {
    ...(body !== undefined && typeof body !== 'string' && { 'content-type': 'application/json' }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    ...headers,
  },
  body: Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)),
})
