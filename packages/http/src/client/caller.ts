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
import { settingsIn } from '../config/settings-in.js'
import { classify, type Called } from '../outcome/classify.js'
import { isBytes } from './body.js'
import { baseUrlSettings } from './base-url-setting.js'
import { CallAuth } from './call-auth.js'
import type { ClientSettings } from './client-settings.js'
import { failedWith } from './conclude.js'
import { previewOf } from './preview.js'
import { requestMaker, type Made, type RequestOptions } from './request-maker.js'
import { sendAuthenticated } from './send-authenticated.js'
import type { Ended, Sender } from './sender.js'
import { ONCE } from './sending.js'

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
      ...baseUrlSettings(client.baseUrl, `http "${client.name}"`, client.plaintext),
      ...settingsIn([...Object.values(client.headers), ...Object.values(fixed)]),
      ...(client.auth?.settings ?? []),
      ...client.network.settings,
      ...(isBytes(options.body) ? (options.body.settings ?? []) : []),
    ],
    async call(input, ctx) {
      const startedAt = ctx.clock.now()
      let made: Made
      try {
        made = maker.make(input, ctx)
      } catch (cause) {
        return unmade(options.name, cause)
      }
      const called: Called = {
        destination: client.name,
        target: options.name,
        method,
        path: maker.path.shown,
        effect,
        startedAt,
        now: startedAt,
        secrets: made.secrets,
      }
      try {
        const asked = client.network.prepare(ctx)
        const missing = asked instanceof Promise ? await asked : asked
        if (missing !== undefined) {
          const unsent = { as: 'never-sent', code: missing } as const
          const now = { ...called, now: ctx.clock.now() }
          return failedWith(client, now, unsent, classify(now, unsent)!)
        }
        if (client.auth === undefined) return await send(made, made.headers.values, ctx, called, ONCE)
        const auth = new CallAuth(client, client.auth, method, ctx)
        return await sendAuthenticated(auth, made, ctx, called, send)
      } catch (thrown) {
        if (ctx.signal.aborted) throw thrown
        return unmade(options.name, thrown)
      }
    },
    async preview(input, ctx) {
      return previewOf(method, maker.make(input, ctx), client.auth?.headers ?? [], client.auth?.query)
    },
  }
}

const unmade = (name: string, cause: unknown): { result: Result<StepFailed, never>; seen: Seen } => ({
  result: left(new StepFailed(name, cause)),
  seen: { as: 'unsent' },
})
