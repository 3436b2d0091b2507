import {
  createDestination,
  isSetting,
  millis,
  stderrLogger,
  systemClock,
  systemRandom,
  type Clock,
  type Duration,
  type Logger,
} from '@xconnector/core'
import { baseUrlOf } from '../client/base-url.js'
import { checkList } from '../config/check-option.js'
import { networkOf } from '../network/network-of.js'
import type { BackendSettings } from './backend/backend.js'
import { nodeBackends } from './backend/node-transport.js'
import type { BackendTransport } from './backend/transport.js'
import { cacheSettings, type CacheSettings } from './cache/settings.js'
import type { BackendOptions, GatewayOptions } from './options.js'
import { localeFinder, type LocaleFound, type LocaleOptions, type LocaleRequest } from './route/locale.js'
import { routeSettings, type RouteSettings } from './route/route-settings.js'
import type { ForwardedStyle } from './wire/forwarded.js'
import { trusted } from './wire/trusted.js'

/** A gateway's options, checked, with defaults filled in. */
export interface GatewaySettings {
  readonly name: string
  readonly backends: ReadonlyMap<string, BackendSettings>
  readonly routes: readonly RouteSettings[]
  readonly locale: ((request: LocaleRequest) => LocaleFound) | undefined
  readonly cache: CacheSettings | undefined
  readonly forwarded: ForwardedStyle
  readonly trusted: (address: string | undefined) => boolean
  readonly maxRequestBytes: number
  readonly transport: BackendTransport
  readonly clock: Clock
  readonly log: Logger
  readonly config: Readonly<Record<string, string>>
}

const TOKEN = /^[a-z][\w.-]*$/i
const STYLES: readonly ForwardedStyle[] = ['both', 'x-forwarded', 'rfc7239', 'none']

/**
 * Checks a gateway's options.
 *
 * @throws TypeError naming the option, what was expected, and what came.
 */
export const settingsOf = <B extends string>(options: GatewayOptions<B>): GatewaySettings => {
  const name = options.name ?? 'xconnector'
  if (typeof name !== 'string' || !TOKEN.test(name))
    throw new TypeError(`gateway name: expected a token such as "content", got ${JSON.stringify(name)}`)
  const at = `gateway "${name}"`
  const forwarded = options.forwarded ?? 'both'
  if (!STYLES.includes(forwarded))
    throw new TypeError(`${at} forwarded: expected one of ${STYLES.join(', ')}, got ${String(forwarded)}`)
  const backends = new Map(
    Object.entries<BackendOptions>(options.backends).map(([key, backend]) => [
      key,
      backendSettings(name, key, backend, options),
    ]),
  )
  const cache = cacheSettings(options.cache, at)
  const clock = options.ports?.clock ?? systemClock
  checkedLocale(options.locale, at)
  return {
    name,
    backends,
    routes: routeSettings(options, backends, cache, at),
    locale: options.locale && localeFinder(options.locale),
    cache,
    forwarded,
    trusted: trusted(options.trust ?? [], `${at} trust`),
    maxRequestBytes: count(options.maxRequestBytes ?? 10 * 1024 * 1024, `${at} maxRequestBytes`),
    transport: options.transport ?? nodeBackends,
    clock,
    log: options.ports?.log ?? stderrLogger(() => clock.now()),
    config: options.ports?.config ?? {},
  }
}

const backendSettings = (
  gateway: string,
  name: string,
  options: BackendOptions,
  { ports }: GatewayOptions<string>,
): BackendSettings => {
  const at = `gateway "${gateway}" backend "${name}"`
  if (!TOKEN.test(name)) throw new TypeError(`${at}: expected a name such as "cms"`)
  const plaintext = options.plaintext ?? false
  if (!isSetting(options.baseUrl)) baseUrlOf(options.baseUrl, at, plaintext)
  const concurrency = count(options.concurrency ?? 256, `${at} concurrency`)
  const { timeouts = {}, circuit, queue = concurrency } = options
  if (!Number.isSafeInteger(queue) || queue < 0)
    throw new TypeError(`${at} queue: expected a whole number of at least 0, got ${String(queue)}`)
  const time = (option: keyof typeof timeouts, standard: Duration): number => {
    const ms = millis(timeouts[option] ?? standard, `${at} timeouts.${option}`)
    if (ms <= 0) throw new TypeError(`${at} timeouts.${option}: expected more than 0`)
    return ms
  }
  return {
    name,
    baseUrl: options.baseUrl,
    plaintext,
    network: networkOf(
      { proxy: options.proxy ?? false, ...(options.tls !== undefined && { tls: options.tls }) },
      { at },
    ),
    lean: options.tls === undefined && (options.proxy ?? false) === false,
    auth: options.auth,
    destination: createDestination({
      name: `${gateway}/${name}`,
      concurrency,
      random: ports?.random ?? systemRandom,
      ...(circuit !== undefined && { circuit }),
    }),
    limits: {
      connections: concurrency,
      queue,
      queueMs: time('queue', '2s'),
      connectMs: time('connect', '5s'),
      answerMs: time('answer', '30s'),
      idleMs: time('idle', '30s'),
      keepAliveMs: time('keepAlive', '5s'),
      longestParkMs: circuit === false ? 60_000 : millis(circuit?.maxOpen ?? '1m', `${at} circuit.maxOpen`),
    },
  }
}

const checkedLocale = (locale: LocaleOptions | undefined, at: string): void => {
  if (locale === undefined) return
  checkList(`${at} locale.supported`, locale.supported)
  if (locale.supported.length === 0)
    throw new TypeError(`${at} locale.supported: expected at least one locale`)
  if (!locale.supported.includes(locale.default))
    throw new TypeError(
      `${at} locale.default: expected one of ${locale.supported.join(', ')}, got ${JSON.stringify(locale.default)}`,
    )
}

/** A whole number of at least 1. */
export const count = (n: unknown, option: string): number => {
  if (Number.isSafeInteger(n) && (n as number) >= 1) return n as number
  throw new TypeError(`${option}: expected a whole number of at least 1, got ${String(n)}`)
}
