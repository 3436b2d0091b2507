import type { CircuitOptions, Clock, Duration, Json, Logger, May, Random, Setting } from '@xconnector/core'
import type { Auth } from '../auth/auth.js'
import type { NetworkOptions } from '../network/network-options.js'
import type { BackendTransport } from './backend/transport.js'
import type { CacheStore } from './cache/store.js'
import type { LocaleOptions } from './route/locale.js'
import type { QueryRewriteOptions } from './route/rewrite-query.js'
import type { RewriteOptions } from './route/rewrite-path.js'
import type { ForwardedStyle } from './wire/forwarded.js'

/** Options of a gateway. `B`: the names of its backends. */
export interface GatewayOptions<B extends string> {
  /** In `Via`, `Cache-Status`, logs and the names of destinations: a token. Default `'xconnector'`. */
  readonly name?: string
  /** Where requests can go. There is no other place: a request never chooses a host. */
  readonly backends: Readonly<Record<B, BackendOptions>>
  /** Which requests go where. The first that matches wins; what matches none is answered with 404. */
  readonly routes: readonly RouteOptions<NoInfer<B>>[]
  /** How the locale of a request is found, where routes depend on it or pass it on. */
  readonly locale?: LocaleOptions
  /** Left out or `false`: nothing is cached. */
  readonly cache?: CacheOptions | false
  /** What backends are told of the client. Default `'both'`. */
  readonly forwarded?: ForwardedStyle
  /**
   * Addresses of proxies in front, such as `'10.0.0.0/8'`: what they say of the client is passed on. Default none: what
   * anybody says is dropped.
   */
  readonly trust?: readonly string[]
  /** The most bytes that the body of a request may have; more are answered with 413. Default 10 MiB. */
  readonly maxRequestBytes?: number
  /** Default: Node's own connections. `undiciBackends()` does the same with less work. */
  readonly transport?: BackendTransport
  /** What it works with; for tests. */
  readonly ports?: GatewayPorts
}

/** Ports of a gateway. */
export interface GatewayPorts {
  readonly clock?: Clock
  readonly log?: Logger
  readonly random?: Random
  /** In place of the environment, for settings. */
  readonly config?: Readonly<Record<string, string>>
}

/** One backend: a destination of its own, with one circuit and one concurrency limit. */
export interface BackendOptions {
  /** Where it is: scheme, host, port and path. Nothing outside that path is reached. */
  readonly baseUrl: string | Setting<string>
  /** Allows `http:` to a host that is not this machine. Default `false`. */
  readonly plaintext?: boolean
  /** Mutual TLS, private authorities, versions. Default: the platform's roots, TLS 1.2 or later. */
  readonly tls?: NetworkOptions['tls']
  /** The outbound proxy. Default `false`: backends are reached directly, whatever the environment says. */
  readonly proxy?: NetworkOptions['proxy']
  /** How the gateway itself authenticates there. Never shown to the front. */
  readonly auth?: Auth
  /** Requests inside at a time. Default 256. */
  readonly concurrency?: number
  /** Requests that may wait for a slot; more are answered with 503. Default: as many as `concurrency`. */
  readonly queue?: number
  /** When it is parked for failing: 502, 503, 504, time-outs, broken connections. `false`: only when it asks for it. */
  readonly circuit?: CircuitOptions | false
  readonly timeouts?: BackendTimeouts
}

/** How long each phase of a call may take. */
export interface BackendTimeouts {
  /** Waiting for a slot. Default `'2s'`. */
  readonly queue?: Duration
  /** Making a connection. Default `'5s'`. */
  readonly connect?: Duration
  /** From sending to the head of the answer. Default `'30s'`. */
  readonly answer?: Duration
  /** Between two pieces of the answer, and while the client takes none. Default `'30s'`. */
  readonly idle?: Duration
  /** How long an unused connection is kept. Default `'5s'`, less than most servers keep theirs. */
  readonly keepAlive?: Duration
}

/** One row of the routing table. */
export interface RouteOptions<B extends string> {
  /** In logs and errors. Default: its path. */
  readonly name?: string
  /**
   * A pattern (of rou3): `'/products/:sku'`, `'/content/**'`, `'/**'`. With a `locale` by path the locale's segment is taken
   * off before.
   */
  readonly path: string
  /** Default `['GET', 'HEAD']`; others are answered with 405. Never `CONNECT` or `TRACE`. */
  readonly methods?: readonly string[]
  /** Only these hosts: `'www.example.com'`, or `'*.example.com'` for one label. Default: any. */
  readonly host?: string | readonly string[]
  /** Only requests with these headers: a value, or `true` for any. */
  readonly headers?: Readonly<Record<string, string | true>>
  /** Only these locales. Needs the gateway's `locale`. */
  readonly locale?: string | readonly string[]
  /** The backend. */
  readonly to: B
  readonly rewrite?: RewriteOptions
  readonly query?: QueryRewriteOptions
  /** The header in which the backend is told the locale, such as `'accept-language'`. Default: not told. */
  readonly localeHeader?: string
  /** What of the client's own credentials passes. Default: nothing. */
  readonly pass?: PassOptions
  /** How answers of this route are cached; `false`: not at all. Default: as the gateway's. */
  readonly cache?: RouteCacheOptions | false
  /** Looks at each request before it is sent, and may change headers. A throw is answered with 500. */
  readonly request?: (request: RoutedRequest) => HeaderChanges | undefined
  /** Looks at each answer before it is given, cached ones too, and may change headers. A throw is answered with 502. */
  readonly response?: (answer: RoutedAnswer, request: RoutedRequest) => HeaderChanges | undefined
  /** Maps JSON bodies of answers, once for each answer of the backend. */
  readonly json?: JsonMapping
}

/** Which of the client's credentials go to the backend, and which of the backend's cookies to the client. */
export interface PassOptions {
  /** `Authorization`, and the names that API keys and tokens go by: `x-api-key`, `x-auth-token` and the like. */
  readonly authorization?: boolean
  readonly cookie?: boolean
  readonly setCookie?: boolean
}

/** Headers to set, or to take off (`undefined`). `Host`, framing and hop-by-hop headers cannot be changed. */
export type HeaderChanges = Readonly<Record<string, string | undefined>>

/** A request as it is routed, for the user's functions. */
export interface RoutedRequest {
  readonly method: string
  /** As the front asked for it. */
  readonly path: string
  readonly query: string
  /** The pattern's parameters, as they came: encoded. */
  readonly params: Readonly<Record<string, string>>
  readonly locale: string | undefined
  readonly host: string
  /** The address of the client: of the last hop that is no trusted proxy. */
  readonly client: string | undefined
  /** By lower-case name; neither cookies nor credentials. */
  header(name: string): string | undefined
}

/** An answer, for the user's functions. */
export interface RoutedAnswer {
  readonly status: number
  header(name: string): string | undefined
}

/** Maps JSON bodies of answers with status 200. */
export interface JsonMapping {
  /**
   * Gives the body for the front. Must depend on nothing but the body, the path and the locale, for what it gives is cached.
   * A throw, and a body that is not JSON, is answered with 502.
   */
  readonly response: (body: Json, request: Pick<RoutedRequest, 'path' | 'params' | 'locale'>) => May<Json>
  /** The most bytes of a body that is mapped; more are answered with 502. Default 1 MiB. */
  readonly maxBytes?: number
}

/** How a gateway caches (RFC 9111, as a shared cache). */
export interface CacheOptions extends RouteCacheOptions {
  /** Default: `memoryCache()`. */
  readonly store?: CacheStore
  /** The most bytes of one stored body. Default 5 MiB. */
  readonly maxEntryBytes?: number
  /** How long a request waits for the one before it to bring the same answer, before it goes by itself. Default `'10s'`. */
  readonly coalesce?: Duration
  /**
   * Whether `Cache-Control` of requests (`no-cache`, `max-age`, …) is heeded. `'ignore'` keeps clients from reaching through
   * to the backend; `only-if-cached` and `no-store` hold in any case. Default `'heed'`.
   */
  readonly requests?: 'heed' | 'ignore'
}

/** What is assumed where an answer does not say. */
export interface RouteCacheOptions {
  /** How long an answer is fresh that names no lifetime of its own. Default: RFC 9111, 4.2.2 (a tenth of its age). */
  readonly freshFor?: Duration
  /** How long a stale answer is given while it is asked for anew (RFC 5861). Default `'0s'`. */
  readonly staleWhileRevalidate?: Duration
  /** How long a stale answer is given when the backend is down (RFC 5861). Default `'0s'`. */
  readonly staleIfError?: Duration
}
