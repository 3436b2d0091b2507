import { checkFunction, checkMade } from '../config/check-option.js'
import {
  checkKnown,
  createDestination,
  isSetting,
  millis,
  read,
  stderrLogger,
  systemClock,
  systemRandom,
  target,
  uuidv7,
  type AnyDecoder,
  type Decoded,
  type Destination,
  type Effect,
  type EffectFailure,
  type LeftOf,
  type Random,
  type RightOf,
  type Environment,
  type RemoteEffect,
  type Result,
  type Step,
  type Tagged,
} from '@xconnector/core'
import type { CallFailure } from '../failure/call-failure.js'
import { checkedResume } from '../body/resume.js'
import { checkedIntegers } from '../json/integers.js'
import { connectionRules } from '../transport/connection-rules.js'
import { nodeTransport } from '../transport/node-transport.js'
import type { Network } from '../network/network.js'
import { foreignNetwork, onForeign } from '../network/foreign-network.js'
import { networkOf } from '../network/network-of.js'
import { leavesOrigin, redirecting, redirectRules } from '../network/redirects.js'
import { axiosTransport } from './axios-transport.js'
import { baseOf } from './base-url.js'
import { callerOf } from './caller.js'
import { declared as saysOf, type DeclaredClient, type Declares } from './declared.js'
import type { CompositeOptions } from './composite-options.js'
import type { ClientSettings } from './client-settings.js'
import {
  withForms,
  type AfterAny,
  type Callables,
  type HttpQuery,
  type HttpTarget,
  type TargetAfterAny,
} from './forms.js'
import type { Download, DownloadOptions } from './download.js'
import { checkHeader, readHeaders } from './header-values.js'
import { CLIENT, QUERY, TARGET } from './known-options.js'
import type { HttpOptions } from './options.js'
import type { PathInput } from './path.js'
import type { QueryOptions, ReplyOf, ResponseOption, TargetOptions } from './remote-options.js'
import { pagesOf, type HttpPages } from '../pages/pages.js'
import type { PagesOptions } from '../pages/pages-options.js'
import { downloadSender } from './send-download.js'
import { senderOf } from './sender-of.js'
import type { Transport } from './wire.js'

/** A client of one HTTP API: a destination, and what is sent with every call. */
export interface HttpClient<W extends 'wait' | 'fail' = 'wait', X extends Tagged = never> {
  readonly destination: Destination
  /** For stand-ins of its remote. */
  readonly [saysOf]?: DeclaredClient
  /** Declares a call that changes something, typed both ways. A step for flows, and callable by itself. */
  target<
    const P extends string,
    A = PathInput<P>,
    R extends ResponseOption = undefined,
    const F extends Exclude<Effect, 'none'> = Exclude<Effect, 'none'>,
    E extends Tagged = never,
  >(
    options: TargetOptions<P, A, R, F, E>,
  ): HttpTarget<A, ReplyOf<R>, CallFailure<W> | X | E | EffectFailure<F>, Declares<P, R>> &
    TargetAfterAny<A, ReplyOf<R>, CallFailure<W> | X | E | EffectFailure<F>>
  /** Declares a call that reads. A step for flows, and callable by itself. */
  query<const P extends string, A = PathInput<P>, R extends ResponseOption = undefined>(
    options: QueryOptions<P, A, R>,
  ): HttpQuery<A, ReplyOf<R>, CallFailure<W> | X, Declares<P, R>> &
    AfterAny<A, ReplyOf<R>, CallFailure<W> | X>
  /**
   * Declares a GET whose answer is streamed, undecoded and of any size: what flat memory needs. Its slot of the destination
   * is held until the stream has ended or is destroyed.
   *
   * @example
   * const file = client.download({ name: 'file', path: '/files/:id' })
   * const { body, size, type } = await file.run({ id: 'f1' })
   * await pipeline(body, createWriteStream('f1'))
   */
  download<const P extends string, A = PathInput<P>>(
    options: DownloadOptions<P, A>,
  ): HttpQuery<A, Download, CallFailure<W> | X, Declares<P, 'bytes'>>
  /**
   * Declares a list that comes page by page: by links, cursors, offsets or page numbers. It never leaves `baseUrl`.
   *
   * @example
   * const assets = client.pages({
   *   name: 'assets', path: '/assets', response: AssetPage,
   *   items: (page) => page.assets, next: { cursor: (page) => page.next, query: 'cursor' },
   * })
   * for await (const asset of assets.items()) …
   */
  pages<const P extends string, R extends AnyDecoder, I, A = PathInput<P>>(
    options: PagesOptions<P, A, R, I>,
  ): HttpPages<A, Decoded<R>, I, CallFailure<W> | X, Declares<P, R>>
  /**
   * Declares a target made of several calls, of this client and of others. It waits, like the other targets of the client,
   * while the client's destination is parked, but takes no slot beside those of its calls.
   *
   * @example
   * const put = client.composite({
   *   name: 'put-page', effect: 'idempotent',
   *   async run(page: Page, ctx) {
   *     const stored = await store.call(page, ctx)
   *     return stored._tag === 'Left' ? stored : publish.call({ id: page.id }, ctx)
   *   },
   * })
   */
  composite<A, R extends Result<Tagged, unknown>, const F extends Exclude<Effect, 'none'>>(
    options: CompositeOptions<A, R, F>,
  ): HttpTarget<A, RightOf<R>, LeftOf<R> | EffectFailure<F>>
  /** Closes connections that are kept alive. Calls afterwards open new ones. */
  close(): void
}

/**
 * A client of an HTTP API, on axios and axios-retry, which are loaded at its first call.
 *
 * Redirects are not followed unless `redirects` asks for it, and no call leaves `baseUrl`. A call is sent again at once, and
 * at most once, where that is provably safe; all longer waiting is the flow's. Failures are built from scratch: they carry
 * no credential.
 *
 * @example
 * const site = http({ name: 'site', baseUrl: env.SITE_URL, auth: bearer(env.SITE_TOKEN) })
 * const postAsset = site.target({ name: 'post-asset', method: 'POST', path: '/assets', body: SiteAsset, response: Ack, effect: 'keyed' })
 * const asset = site.query({ name: 'asset', path: '/assets/:id', response: SiteAsset })
 * await asset.run({ id: 'a1' })
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const http = <const W extends 'wait' | 'fail' = 'wait', X extends Tagged | undefined = undefined>(
  options: HttpOptions<W, X>,
): HttpClient<W, Exclude<X, undefined>> => {
  const client = settingsOf(options)
  const { destination } = client
  const says = saysOfClient(client)
  const saying = <T extends object>(made: T, name: string, effect: Effect, how: How, streamed = false): T => {
    const { method, path } = how
    return Object.assign(made, { [saysOf]: { client: says, name, method, path, effect, streamed } })
  }
  return {
    destination,
    [saysOf]: says,
    target(declared) {
      const { name, method, effect, reconcile } = declared
      if (effect !== 'idempotent' && effect !== 'keyed' && effect !== 'unsafe')
        throw new TypeError(
          `target "${name}" effect: expected 'idempotent', 'keyed' or 'unsafe', got ${JSON.stringify(effect)}`,
        )
      checkKnown(`target "${name}"`, declared, TARGET)
      checkFunction(`target "${name}" key`, declared.key)
      checkFunction(`target "${name}" reconcile`, reconcile)
      const verb = checkedMethod(method, name)
      const caller = callerOf(client, declared, verb, effect, senderOf(client, declared, verb, effect))
      const made = target({
        name: checkedName(name),
        destination,
        effect,
        ...caller,
        ...(reconcile && { reconcile }),
      } as RemoteEffect<unknown, unknown, Tagged, typeof effect>)
      return saying(forms(client, made, caller), name, effect, caller) as never
    },
    query(declared) {
      const { name } = declared
      checkKnown(`query "${name}"`, declared, QUERY)
      const verb = checkedMethod(declared.method ?? 'GET', name)
      const caller = callerOf(client, declared, verb, 'none', senderOf(client, declared, verb, 'none'))
      const step = read({ name: checkedName(name), destination, ...caller })
      return saying(forms(client, step, caller), name, 'none', caller) as never
    },
    download(declared) {
      const resume = checkedResume(declared.resume, `"${declared.name}" of http "${client.name}"`)
      const send = downloadSender(client, resume)
      const caller = callerOf(client, { ...declared, accept: '*/*' }, 'GET', 'none', send)
      const step = read({ name: checkedName(declared.name), destination, ...caller })
      return saying(forms(client, step, caller), declared.name, 'none', caller, true) as never
    },
    pages(declared) {
      const pages = pagesOf(client, declared)
      return saying(pages, declared.name, 'none', pages) as never
    },
    composite({ timeout, ...declared }) {
      const made = target({ ...declared, name: checkedName(declared.name), destination })
      const timeoutMs = millis(timeout ?? '1h', `"${declared.name}" timeout`)
      return forms({ ...client, timeoutMs }, made, {
        method: 'run',
        path: declared.name,
        composite: true,
      }) as never
    },
    close: () => client.transport.close(),
  }
}

/** What a call is sent by: its method, and its path as declared. */
interface How {
  readonly method: string
  readonly path: string
}

const saysOfClient = ({ name, baseUrl, keyHeader, auth, headers }: ClientSettings): DeclaredClient => ({
  name,
  baseUrl,
  keyHeader,
  hiddenHeaders: [
    ...(auth?.headers ?? []),
    ...Object.entries(headers).flatMap(([h, value]) => (typeof value === 'string' ? [] : [h.toLowerCase()])),
  ],
  hiddenQuery: auth?.query ?? [],
})

const forms = <A, B, S extends object>(
  { name, timeoutMs, env }: ClientSettings,
  step: S & Step<A, B, Tagged>,
  how: How & { readonly composite?: true },
): S & Callables<A, B, Tagged> => {
  const { method, path, composite } = how
  return withForms(step, { destination: name, timeoutMs, env, method, path, ...(composite && { composite }) })
}

const MIB = 1024 * 1024

/** Checks a client's options, and fills in defaults. */
export const settingsOf = (options: HttpOptions<'wait' | 'fail', Tagged | undefined>): ClientSettings => {
  if (typeof options.name !== 'string' || options.name.trim() === '')
    throw new TypeError(`http name: expected a text that is not empty, got ${JSON.stringify(options.name)}`)
  const at = `http "${options.name}"`
  checkKnown(at, options, CLIENT)
  if (options.auth !== undefined)
    checkMade(`${at} auth`, 'an auth, such as bearer(token)', options.auth, 'credentials')
  checkFunction(`${at} refine`, options.refine)
  if (options.keyHeader !== undefined && (typeof options.keyHeader !== 'string' || options.keyHeader === ''))
    throw new TypeError(`${at} keyHeader: expected a header name, got ${JSON.stringify(options.keyHeader)}`)
  const destination = createDestination({ ...options.destination, name: options.name })
  if (!isSetting(options.baseUrl)) baseOf(options.baseUrl, {}, at, options.plaintext ?? false)
  const network = networkFor(options, at)
  const plain = Object.entries(options.headers ?? {}).filter(([, v]) => typeof v === 'string')
  readHeaders(Object.fromEntries(plain), {}, at)
  if (options.keyHeader !== undefined) checkHeader(options.keyHeader.toLowerCase(), '', at)
  const maxRequestBytes = bytes(options.maxRequestBytes, `${at} maxRequestBytes`)
  const random = options.random ?? systemRandom
  const timeoutMs = millis(options.timeout ?? '30s', `${at} timeout`)
  if (timeoutMs === 0) throw new TypeError(`${at} timeout: expected more than 0`)
  return {
    name: options.name,
    destination,
    baseUrl: options.baseUrl,
    plaintext: options.plaintext ?? false,
    auth: options.auth,
    headers: options.headers ?? {},
    timeoutMs,
    maxRequestBytes,
    integers: checkedIntegers(options.integers, `${at} integers`) ?? 'refuse',
    quoteKey: options.quoteKey ?? true,
    keyHeader: (options.keyHeader ?? 'idempotency-key').toLowerCase(),
    refine: options.refine,
    random,
    env: environment(options.ports),
    transport: redirecting(
      transportOf(options, maxRequestBytes, random, network, at),
      redirectRules(options.redirects, at, () =>
        onForeign(foreignNetwork(options, at), network, (foreign) =>
          transportOf(options, maxRequestBytes, random, foreign, at),
        ),
      ),
    ),
    network,
  }
}

const transportOf = (
  options: HttpOptions<'wait' | 'fail', Tagged | undefined>,
  maxRequestBytes: number,
  random: Random,
  network: Network,
  at: string,
): Transport => {
  const { axios, transport = nodeTransport } = options
  const maxResponseBytes = bytes(options.maxResponseBytes, `${at} maxResponseBytes`)
  if (axios !== undefined && options.transport !== undefined)
    throw new TypeError(`${at}: expected one of axios and transport, got both`)
  if (typeof transport !== 'function')
    throw new TypeError(`${at} transport: expected what undiciTransport() gives, got ${typeof transport}`)
  const needs = {
    maxResponseBytes,
    maxExpansion: expansion(options.maxExpansion, `${at} maxExpansion`),
    connections: connectionRules(options.connections, at, options.destination?.concurrency),
    network,
    random,
    clock: options.ports?.clock ?? systemClock,
  }
  if (axios === undefined) return transport(needs)
  const sensitiveHeaders = [
    ...(options.auth?.headers ?? []),
    ...Object.keys(options.headers ?? {}).map((h) => h.toLowerCase()),
  ]
  return axiosTransport({ maxResponseBytes, maxRequestBytes, sensitiveHeaders, axios })
}

// An instance of the user's has agents of its own, to which these would say nothing.
const networkFor = (options: HttpOptions<'wait' | 'fail', Tagged | undefined>, at: string): Network => {
  if (options.axios !== undefined)
    for (const name of ['tls', 'proxy', 'addresses'] as const)
      if (options[name] !== undefined)
        throw new TypeError(`${at} ${name}: an axios of your own brings its own agents: set it there`)
  if (options.redirects !== undefined && leavesOrigin(options.redirects) && options.axios !== undefined)
    throw new TypeError(`${at} redirects.sameOrigin: an axios of your own connects to any address`)
  return networkOf(options, { at })
}

const expansion = (given: number | undefined, option: string): number => {
  const n = given ?? 250
  if (typeof n === 'number' && n >= 1) return n
  throw new TypeError(`${option}: expected a number of times, 1 or more, got ${String(given)}`)
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
