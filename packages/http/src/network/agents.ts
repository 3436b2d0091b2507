import http, { type AgentOptions, type ClientRequest } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import type { Connector } from './connector.js'
import type { HeldTls } from './tls-holder.js'
import { namedByOpenssl } from './named-by-openssl.js'
import { connectProxy, openTunnel } from './tunnel.js'
import type { Connected } from './when-stands.js'
import type { Proxy } from './proxy-rules.js'

// Beside those that the platform passes: the settings that a connection is made by, and the proxy it goes to.
interface Wanted extends ConnectionOptions {
  readonly held?: HeldTls | undefined
  readonly proxy?: Proxy | undefined
  readonly request?: ClientRequest
}

type Created = (fault: Error | null, socket: Duplex) => void

// What the platform calls, and its types leave out.
interface Platform {
  addRequest(request: ClientRequest, options: object): void
  createSocket(request: ClientRequest, options: object, done: unknown): void
}

const KEPT: AgentOptions = { keepAlive: true }

/** Of `http:`: directly, or through a proxy, which is then asked for the whole URL (RFC 9112, 3.2.2). */
export class PlainAgent extends http.Agent {
  readonly #connector: Connector

  constructor(connector: Connector) {
    super(KEPT)
    this.#connector = connector
  }

  addRequest(request: ClientRequest, options: Wanted): void {
    const { host, port } = placeOf(options, 80)
    const route = this.#connector.route(false, host, port)
    if ('fault' in route || route.proxy === undefined) {
      PLAIN.addRequest.call(this, request, options)
      return
    }
    const { proxy } = route
    request.path = `http://${host.includes(':') ? `[${host}]` : host}${port === 80 ? '' : `:${port}`}${request.path}`
    if (proxy.authorization !== undefined) request.setHeader('proxy-authorization', proxy.authorization)
    const through = { ...options, host: proxy.host, hostname: proxy.host, port: proxy.port, proxy }
    PLAIN.addRequest.call(this, request, through)
  }

  createSocket(request: ClientRequest, options: Wanted, done: unknown): void {
    PLAIN.createSocket.call(this, request, { ...options, request }, done)
  }

  override createConnection(options: Wanted, done?: Created): Socket {
    const { proxy, request } = options
    if (proxy !== undefined)
      return later(done, request, (end) => connectProxy(proxy, this.#connector.forProxy(), end))
    const { host, port } = placeOf(options, 80)
    const route = this.#connector.route(false, host, port)
    if ('fault' in route) return refused(route.fault, done)
    return super.createConnection({ ...options, ...this.#connector.lookup }) as Socket
  }
}

/** Of `https:`: directly, or by a tunnel through a proxy; by the TLS settings that are held when it connects. */
export class SecureAgent extends https.Agent {
  readonly #connector: Connector
  readonly #madeBy = new WeakMap<Socket, HeldTls>()

  constructor(connector: Connector) {
    super(KEPT)
    this.#connector = connector
  }

  addRequest(request: ClientRequest, options: Wanted): void {
    // From here on they belong to the connection, its place in the pool and its TLS sessions.
    SECURE.addRequest.call(this, request, { ...options, held: this.#connector.held() })
  }

  override getName(options: Wanted = {}): string {
    return `${super.getName(options)}:${options.held?.generation ?? ''}`
  }

  createSocket(request: ClientRequest, options: Wanted, done: unknown): void {
    SECURE.createSocket.call(this, request, { ...options, request }, done)
  }

  override createConnection(options: Wanted, done?: Created): Socket {
    const { held = this.#connector.held(), request } = options
    if (held === undefined) return refused(this.#connector.unread(), done)
    const { host, port } = placeOf(options, 443)
    const route = this.#connector.route(true, host, port)
    if ('fault' in route) return refused(route.fault, done)
    const connect = (socket?: Socket): Socket => {
      const made = namedByOpenssl(
        super.createConnection({
          ...options,
          ...held.material.options,
          ...(held.material.options.servername === undefined && { servername: options.servername }),
          ...this.#connector.lookup,
          ...(socket !== undefined && { socket }),
        }) as Socket,
      )
      this.#madeBy.set(made, held)
      return made
    }
    const { proxy } = route
    if (proxy === undefined) return connect()
    return later(done, request, (end) =>
      openTunnel(proxy, held.material.forProxy, { host, port }, (fault, tunnel) =>
        tunnel === null ? end(fault, null) : end(null, connect(tunnel)),
      ),
    )
  }

  override keepSocketAlive(socket: Socket): boolean {
    return (
      this.#madeBy.get(socket) === this.#connector.held() &&
      super.keepSocketAlive(socket) !== (false as unknown)
    )
  }

  /** Closes the idle connections: those that were made by settings that have been replaced. */
  drain(): void {
    for (const sockets of Object.values(this.freeSockets)) for (const s of sockets ?? []) s.destroy()
  }
}

const PLAIN = http.Agent.prototype as unknown as Platform
const SECURE = https.Agent.prototype as unknown as Platform

const placeOf = (options: Wanted, standard: number): { readonly host: string; readonly port: number } => ({
  host: options.host ?? 'localhost',
  port: Number(options.port ?? standard),
})

// The platform takes a socket that is given to the callback later: nothing is returned then.
const NONE = undefined as unknown as Socket

const refused = (fault: Error, done: Created | undefined): Socket => {
  done?.(fault, NONE)
  return NONE
}

/** Connects in several steps; a request that is given up meanwhile ends them. */
const later = (
  done: Created | undefined,
  request: ClientRequest | undefined,
  connect: (end: Connected) => Socket,
): Socket => {
  const giveUp = (): void => void pending.destroy()
  const pending = connect((fault, socket) => {
    request?.off('close', giveUp)
    done?.(fault, socket ?? NONE)
  })
  request?.once('close', giveUp)
  return NONE
}
