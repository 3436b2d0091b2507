import {
  decodeWith,
  left,
  right,
  StepFailed,
  type AnyDecoder,
  type Answer,
  type Context,
  type Effect,
  type Json,
  type Result,
  type Seen,
  type Setting,
} from '@xconnector/core'
import type { Credentials } from '../auth/auth.js'
import type { CallFailure } from '../failure/call-failure.js'
import { ConnectFailed } from '../failure/connect-failed.js'
import { classify, factsOf, type Called } from '../outcome/classify.js'
import type { Exchange } from '../outcome/exchange.js'
import { settingsIn } from '../config/settings-in.js'
import { rateLimit } from '../outcome/rate-limit.js'
import type { ClientSettings } from './client-settings.js'
import { startDeadline, TIME_IS_UP } from './deadline.js'
import { previewOf } from './preview.js'
import { replyReader } from './reply-reader.js'
import type { RemoteOptions, ReplyOf } from './remote-options.js'
import { requestMaker, type Made } from './request-maker.js'
import { checkHeader } from './header-values.js'

// By this much the platform's timers may fire before the clock says so.
const EARLY_MS = 2

type Ended<B> = Answer<CallFailure, B>

/** Makes the one call behind a target or a query, for core's `target()` and `read()`. */
export interface Caller<A, B> {
  readonly method: string
  readonly path: string
  readonly settings: readonly Setting<unknown>[]
  call(input: A, ctx: Context): Promise<Ended<B>>
  preview(input: A, ctx: Context): Promise<Json>
}

/** A caller by a declaration. */
export const callerOf = <P extends string, A, R extends AnyDecoder | undefined>(
  client: ClientSettings,
  options: RemoteOptions<P, A, R>,
  method: string,
  effect: Effect,
): Caller<A, ReplyOf<R>> => {
  const maker = requestMaker(client, options, method, effect)
  const read = replyReader(options.response === undefined ? undefined : decodeWith(options.response))
  const { destination, transport } = client
  const fixed = typeof options.headers === 'object' ? options.headers : {}

  const send = async (
    made: Made,
    credentials: Credentials | undefined,
    ctx: Context,
    called: Called,
  ): Promise<Ended<ReplyOf<R>>> => {
    const { clock } = ctx
    const at = Math.min(called.startedAt + client.timeoutMs, ctx.deadline ?? Infinity)
    // The context's own signal aborts at its deadline: where that comes first, no second timer is needed.
    const own = ctx.deadline === at ? undefined : startDeadline(clock, at, ctx.signal)
    const signal = own?.signal ?? ctx.signal
    let exchange: Exchange
    try {
      exchange = await transport.send({
        method,
        baseUrl: made.baseUrl,
        url: made.url,
        headers:
          credentials === undefined
            ? made.headers.values
            : { ...made.headers.values, ...credentials.headers },
        body: made.body,
        effect,
        clock,
        deadline: at,
        signal,
        parkedUntil: () => destination.gate(clock).parkedUntil(),
      })
    } finally {
      own?.end()
    }
    const now = clock.now()
    // Ended from outside, and not by a deadline: no outcome, whatever there was is the caller's to settle.
    if (exchange.as === 'timed-out' && signal.reason !== TIME_IS_UP && now < at - EARLY_MS)
      throw signal.reason
    const done: Called = { ...called, now }
    const classified = classify(done, exchange)
    if (classified !== undefined) return { result: left(classified.failure), seen: classified.seen }
    const answer = exchange as Exchange & { as: 'answered' }
    const reply = await read(done, answer)
    return 'failure' in reply
      ? { result: left(reply.failure), seen: reply.seen }
      : { result: right(reply.value as ReplyOf<R>), seen: seenOf(answer, now) }
  }

  return {
    method,
    path: maker.path.shown,
    settings: [
      ...settingsIn([client.baseUrl, ...Object.values(client.headers), ...Object.values(fixed)]),
      ...(client.auth?.settings ?? []),
    ],
    async call(input, ctx) {
      const startedAt = ctx.clock.now()
      const called = {
        destination: client.name,
        target: options.name,
        method,
        path: maker.path.shown,
        effect,
        startedAt,
        now: startedAt,
      }
      let made: Made
      try {
        made = maker.make(input, ctx)
      } catch (cause) {
        return unmade(options.name, cause)
      }
      let credentials: Credentials | undefined
      try {
        const asked = client.auth?.credentials(ctx.config)
        credentials = asked instanceof Promise ? await asked : asked
        if (credentials !== undefined)
          for (const [name, value] of Object.entries(credentials.headers))
            checkHeader(name, value, `auth of http "${client.name}"`)
      } catch {
        return withoutCredentials({ ...called, now: ctx.clock.now(), secrets: () => [] })
      }
      const secrets = (): readonly string[] => [...made.secrets(), ...(credentials?.secrets ?? [])]
      try {
        return await send(made, credentials, ctx, { ...called, secrets })
      } catch (thrown) {
        if (ctx.signal.aborted) throw thrown
        return unmade(options.name, thrown)
      }
    },
    async preview(input, ctx) {
      return previewOf(method, maker.make(input, ctx), client.auth?.headers ?? [])
    },
  }
}

const unmade = (name: string, cause: unknown): { result: Result<StepFailed, never>; seen: Seen } => ({
  result: left(new StepFailed(name, cause)),
  seen: { as: 'unsent' },
})

// The reason stays behind: it may quote what it was asked with.
const withoutCredentials = (called: Called): Ended<never> => ({
  result: left(
    new ConnectFailed({
      kind: 'transient',
      facts: factsOf(called, undefined, 'CREDENTIALS'),
      what: 'was not sent: its credentials were not to be had',
    }),
  ),
  seen: { as: 'unsent' },
})

const seenOf = (answer: Exchange & { as: 'answered' }, now: number): Seen => {
  const limit = rateLimit(answer.headers, now)
  if (limit === undefined) return OK
  return {
    as: 'ok',
    remaining: limit.remaining,
    ...(limit.resetAt !== undefined && { retryAt: limit.resetAt }),
  }
}

const OK: Seen = Object.freeze({ as: 'ok' })
