import {
  left,
  StepFailed,
  type Context,
  type Effect,
  type Json,
  type Result,
  type Seen,
  type Setting,
} from '@xconnector/core'
import type { Credentials } from '../auth/auth.js'
import { settingsIn } from '../config/settings-in.js'
import { ConnectFailed } from '../failure/connect-failed.js'
import { factsOf, type Called } from '../outcome/classify.js'
import type { ClientSettings } from './client-settings.js'
import { checkHeader } from './header-values.js'
import { previewOf } from './preview.js'
import { requestMaker, type Made, type RequestOptions } from './request-maker.js'
import type { Ended, Sender } from './sender.js'

/** Makes the one call behind a target or a query, for core's `target()` and `read()`. */
export interface Caller<A, B> {
  readonly method: string
  readonly path: string
  readonly settings: readonly Setting<unknown>[]
  call(input: A, ctx: Context): Promise<Ended<B>>
  preview(input: A, ctx: Context): Promise<Json>
}

/** A caller by a declaration, and by what sends its requests. */
export const callerOf = <A, B>(
  client: ClientSettings,
  options: RequestOptions<A>,
  method: string,
  effect: Effect,
  send: Sender<B>,
): Caller<A, B> => {
  const maker = requestMaker(client, options, method, effect)
  const fixed = typeof options.headers === 'object' ? options.headers : {}
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
        const asked = client.auth?.credentials(ctx.config, ctx)
        credentials = asked instanceof Promise ? await asked : asked
        if (credentials !== undefined)
          for (const [name, value] of Object.entries(credentials.headers))
            checkHeader(name, value, `auth of http "${client.name}"`)
      } catch {
        return withoutCredentials({ ...called, now: ctx.clock.now(), secrets: () => [] })
      }
      const secrets = (): readonly string[] => [...made.secrets(), ...(credentials?.secrets ?? [])]
      const { values } = made.headers
      const headers = credentials === undefined ? values : { ...values, ...credentials.headers }
      try {
        return await send(made, headers, ctx, { ...called, secrets })
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
