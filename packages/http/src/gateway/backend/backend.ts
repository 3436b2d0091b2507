import {
  isSetting,
  readSetting,
  type Clock,
  type Destination,
  type Gate,
  type Logger,
  type Setting,
} from '@xconnector/core'
import type { Auth, AuthCall, Unsigned } from '../../auth/auth.js'
import { baseUrlOf } from '../../client/base-url.js'
import type { Network } from '../../network/network.js'
import { retryAfter } from '../../outcome/retry-after.js'
import { recordOf, type HeaderList } from '../wire/header-list.js'
import { BackendCall, type CallHandler } from './backend-call.js'
import { fetchOver } from './fetch-over.js'
import type { BackendOrigin, BackendTransport, Connections, Outgoing } from './transport.js'

/** A backend's settings, checked. */
export interface BackendSettings {
  readonly name: string
  readonly baseUrl: string | Setting<string>
  readonly plaintext: boolean
  readonly network: Network
  /** Whether plain connections need nothing of the network. */
  readonly lean: boolean
  readonly auth: Auth | undefined
  readonly destination: Destination
  readonly limits: BackendLimits
}

/** What a call of a backend may take. Milliseconds. */
export interface BackendLimits {
  readonly connections: number
  /** Requests that may wait for a slot. */
  readonly queue: number
  readonly queueMs: number
  readonly connectMs: number
  /** Until the head of the answer. */
  readonly answerMs: number
  /** Between two pieces of the answer; also how long a client may take none. */
  readonly idleMs: number
  readonly keepAliveMs: number
  /** The longest that a `Retry-After` parks it. */
  readonly longestParkMs: number
}

/** What a backend works with. */
export interface BackendPorts {
  readonly clock: Clock
  readonly log: Logger
  readonly config: Readonly<Record<string, string>>
  readonly transport: BackendTransport
}

/** Where a backend is, as it is read from its URL. */
export interface BackendPlace {
  readonly origin: BackendOrigin
  /** Without a slash at its end. */
  readonly base: string
  /** The path of the URL, without a slash at its end. */
  readonly basePath: string
}

/** A backend at work: one circuit, one set of connections. */
export class Backend {
  readonly name: string
  readonly auth: Auth | undefined
  readonly gate: Gate
  readonly clock: Clock
  readonly config: Readonly<Record<string, string>>
  readonly limits: BackendLimits
  readonly authCall: AuthCall
  /** Requests that wait for a slot. */
  waiting = 0
  readonly #settings: BackendSettings
  readonly #ports: BackendPorts
  #place: BackendPlace | undefined
  #connections: Connections | undefined

  constructor(settings: BackendSettings, ports: BackendPorts) {
    this.#settings = settings
    this.#ports = ports
    this.name = settings.name
    this.auth = settings.auth
    this.clock = ports.clock
    this.config = ports.config
    this.limits = settings.limits
    this.gate = settings.destination.gate(ports.clock)
    this.authCall = authCallOf(settings, ports)
  }

  /** Where it is: read when it is first needed, for a setting may not be known before. */
  get place(): BackendPlace {
    return (this.#place ??= placeOf(this.#settings, this.config))
  }

  /** What is to be made ready before each call, if anything. */
  get network(): Network | undefined {
    const { lean, network } = this.#settings
    return lean && !this.place.origin.secure ? undefined : network
  }

  get connections(): Connections {
    return (this.#connections ??= this.#ports.transport.open(this.place.origin, {
      connections: this.limits.connections,
      connectMs: this.limits.connectMs,
      keepAliveMs: this.limits.keepAliveMs,
      clock: this.clock,
      network: this.network,
    }))
  }

  /** Begins a call. The handler may be called before this returns. */
  call(request: Outgoing, handler: CallHandler): BackendCall {
    return new BackendCall(this, request, handler)
  }

  /** Until when a `Retry-After` asks it to be left alone: epoch milliseconds. */
  retryAt(headers: HeaderList): number | undefined {
    const now = this.clock.now()
    const at = retryAfter(recordOf(headers), now)
    return at === undefined ? undefined : Math.min(at, now + this.limits.longestParkMs)
  }

  /** A request as its auth sees it, to be signed. */
  unsigned(request: Outgoing): Unsigned {
    const { origin } = this.place
    return {
      method: request.method,
      url: new URL(`${origin.secure ? 'https' : 'http'}://${origin.host}${request.path}`),
      headers: recordOf(request.headers),
      body: request.body === undefined ? undefined : 'stream',
    }
  }

  close(): void {
    this.#connections?.close()
    this.#connections = undefined
    this.#settings.network.close()
  }
}

const placeOf = (settings: BackendSettings, config: Readonly<Record<string, string>>): BackendPlace => {
  const at = `gateway backend "${settings.name}"`
  const { baseUrl: given } = settings
  const base = baseUrlOf(
    isSetting(given) ? readSetting<string>(given, config) : given,
    at,
    settings.plaintext,
  )
  const url = new URL(base)
  const secure = url.protocol === 'https:'
  return {
    base,
    basePath: url.pathname.replace(/\/+$/, ''),
    origin: {
      secure,
      hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      host: url.host,
    },
  }
}

const authCallOf = ({ name: backend, network }: BackendSettings, { clock, log }: BackendPorts): AuthCall => ({
  clock,
  fetch: fetchOver(network, clock),
  // What is learnt of credentials serves all requests: it does not end with the one that happened to ask.
  signal: new AbortController().signal,
  log: {
    debug: (message, data) => log.debug({ backend, ...data }, message),
    info: (message, data) => log.info({ backend, ...data }, message),
    warn: (message, data) => log.warn({ backend, ...data }, message),
    error: (message, data) => log.error({ backend, ...data }, message),
  },
})
