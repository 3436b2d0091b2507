import {
  createDestination,
  millis,
  read,
  stderrLogger,
  systemClock,
  systemRandom,
  target,
  uuidv7,
  type AnyDecoder,
  type Destination,
  type Effect,
  type EffectFailure,
  type Environment,
} from '@xconnector/core'
import type { CallFailure } from '../failure/call-failure.js'
import { axiosTransport } from './axios-transport.js'
import { baseUrlOf } from './base-url.js'
import { callerOf } from './caller.js'
import type { ClientSettings } from './client-settings.js'
import { withForms, type HttpQuery, type HttpTarget } from './forms.js'
import { readHeaders } from './header-values.js'
import type { HttpOptions } from './options.js'
import type { PathInput } from './path.js'
import type { QueryOptions, ReplyOf, TargetOptions } from './remote-options.js'

/** A client of one HTTP API: a destination, and what is sent with every call. */
export interface HttpClient<W extends 'wait' | 'fail' = 'wait'> {
  readonly destination: Destination
  /** Declares a call that changes something, typed both ways. A step for flows, and callable by itself. */
  target<
    const P extends string,
    A = PathInput<P>,
    R extends AnyDecoder | undefined = undefined,
    const F extends Exclude<Effect, 'none'> = Exclude<Effect, 'none'>,
  >(
    options: TargetOptions<P, A, R, F>,
  ): HttpTarget<A, ReplyOf<R>, CallFailure<W> | EffectFailure<F>>
  /** Declares a call that reads. A step for flows, and callable by itself. */
  query<const P extends string, A = PathInput<P>, R extends AnyDecoder | undefined = undefined>(
    options: QueryOptions<P, A, R>,
  ): HttpQuery<A, ReplyOf<R>, CallFailure<W>>
  /** Closes connections that are kept alive. Calls afterwards open new ones. */
  close(): void
}

/**
 * A client of an HTTP API, on axios and axios-retry, which are loaded at its first call.
 *
 * Redirects are not followed and no call leaves `baseUrl`. A call is sent again at once, and at most once, where that is
 * provably safe; all longer waiting is the flow's. Failures are built from scratch: they carry no credential.
 *
 * @example
 * const site = http({ name: 'site', baseUrl: env.SITE_URL, auth: bearer(env.SITE_TOKEN) })
 * const postAsset = site.target({ name: 'post-asset', method: 'POST', path: '/assets', body: SiteAsset, response: Ack, effect: 'keyed' })
 * const asset = site.query({ name: 'asset', path: '/assets/:id', response: SiteAsset })
 * await asset.run({ id: 'a1' })
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const http = <const W extends 'wait' | 'fail' = 'wait'>(options: HttpOptions<W>): HttpClient<W> => {
  const client = settingsOf(options)
  const { destination, timeoutMs, env } = client
  return {
    destination,
    target(declared) {
      const { name, method, effect, reconcile } = declared
      if (effect !== 'idempotent' && effect !== 'keyed' && effect !== 'unsafe')
        throw new TypeError(
          `target "${name}" effect: expected 'idempotent', 'keyed' or 'unsafe', got ${JSON.stringify(effect)}`,
        )
      const caller = callerOf(client, declared, checkedMethod(method, name), effect)
      const made = target({
        name: checkedName(name),
        destination,
        effect,
        ...caller,
        ...(reconcile && { reconcile }),
      })
      return withForms(made, {
        destination: client.name,
        timeoutMs,
        env,
        method: caller.method,
        path: caller.path,
      }) as never
    },
    query(declared) {
      const { name } = declared
      const caller = callerOf(client, declared, checkedMethod(declared.method ?? 'GET', name), 'none')
      const made = read({ name: checkedName(name), destination, ...caller })
      return withForms(made, {
        destination: client.name,
        timeoutMs,
        env,
        method: caller.method,
        path: caller.path,
      }) as never
    },
    close: () => client.transport.close(),
  }
}

const MIB = 1024 * 1024

const settingsOf = (options: HttpOptions<'wait' | 'fail'>): ClientSettings => {
  const at = `http "${options.name}"`
  const destination = createDestination({ ...options.destination, name: options.name })
  if (typeof options.baseUrl === 'string') baseUrlOf(options.baseUrl, at)
  const plain = Object.entries(options.headers ?? {}).filter(([, v]) => typeof v === 'string')
  readHeaders(Object.fromEntries(plain), {}, at)
  const maxRequestBytes = bytes(options.maxRequestBytes, `${at} maxRequestBytes`)
  const random = options.random ?? systemRandom
  const timeoutMs = millis(options.timeout ?? '30s', `${at} timeout`)
  if (timeoutMs === 0) throw new TypeError(`${at} timeout: expected more than 0`)
  return {
    name: options.name,
    destination,
    baseUrl: options.baseUrl,
    auth: options.auth,
    headers: options.headers ?? {},
    timeoutMs,
    maxRequestBytes,
    quoteKey: options.quoteKey ?? true,
    random,
    env: environment(options.ports),
    transport: axiosTransport({
      maxResponseBytes: bytes(options.maxResponseBytes, `${at} maxResponseBytes`),
      maxRequestBytes,
      sensitiveHeaders: [
        ...(options.auth?.headers ?? []),
        ...Object.keys(options.headers ?? {}).map((h) => h.toLowerCase()),
      ],
      random,
      axios: options.axios,
    }),
  }
}

const NO_CONFIG = Object.freeze({})

const environment = (ports: HttpOptions['ports']): Environment => {
  const clock = ports?.clock ?? systemClock
  return {
    clock,
    ids: ports?.ids ?? uuidv7(clock, systemRandom),
    log: ports?.log ?? stderrLogger(() => clock.now()),
    config: NO_CONFIG,
  }
}

const bytes = (given: number | undefined, option: string): number => {
  const n = given ?? 10 * MIB
  if (Number.isSafeInteger(n) && n >= 1) return n
  throw new TypeError(`${option}: expected a number of bytes, 1 or more, got ${String(given)}`)
}

const checkedName = (name: string): string => {
  if (typeof name === 'string' && name.trim() !== '') return name
  throw new TypeError(`http name: expected a name for the target or query, got ${JSON.stringify(name)}`)
}

const checkedMethod = (method: string, name: string): string => {
  if (typeof method === 'string' && /^[A-Za-z]{3,16}$/.test(method)) return method.toUpperCase()
  throw new TypeError(`"${name}" method: expected an HTTP method, got ${JSON.stringify(method)}`)
}
