import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '@xconnector/core'
import type {
  AnswerHandler,
  BackendOrigin,
  BackendTransport,
  ConnectionSettings,
  Connections,
  Outgoing,
  Sending,
  WireTrouble,
} from './transport.js'

/** Node's own connections, without any client library between: the default. */
export const nodeBackends: BackendTransport = {
  open(origin, settings) {
    const agent = agentFor(origin, settings)
    const lean = settings.network === undefined
    return {
      send: (outgoing, handler) => new NodeSending(origin, agent, lean, outgoing, handler),
      close: () => agent.destroy(),
    } satisfies Connections
  },
}

const hasLength = (headers: Outgoing['headers']): boolean => headers.includes('content-length')

const byName = (headers: Outgoing['headers']): Record<string, string | string[]> => {
  const out: Record<string, string | string[]> = Object.create(null) as Record<string, string>
  for (let i = 0; i < headers.length; i += 2) {
    const [name, value] = [headers[i]!.toLowerCase(), headers[i + 1]!]
    const before = out[name]
    // Node takes no list where there can be but one, as of hosts.
    out[name] = before === undefined ? value : [before, value].flat()
  }
  return out
}

class NodeSending implements Sending {
  readonly #request: ClientRequest
  readonly #handler: AnswerHandler
  #answer: IncomingMessage | undefined
  #over = false

  constructor(
    origin: BackendOrigin,
    agent: Agent,
    lean: boolean,
    outgoing: Outgoing,
    handler: AnswerHandler,
  ) {
    const { method, path, headers, body } = outgoing
    this.#handler = handler
    const framed =
      body === undefined || hasLength(headers) ? headers : [...headers, 'transfer-encoding', 'chunked']
    const options = {
      agent,
      host: origin.hostname,
      port: origin.port,
      method,
      path,
      // An agent that goes through a proxy adds to the headers, which it cannot do to a list.
      headers: lean || origin.secure ? (framed as string[]) : byName(framed),
      setDefaultHeaders: false,
    }
    const request = origin.secure ? httpsRequest(options) : httpRequest(options)
    this.#request = request
    request.on('response', (answer) => this.#onAnswer(answer))
    request.on('error', (error: NodeJS.ErrnoException) => this.#fail(troubleOf(error, request)))
    if (body === undefined) request.end()
    else {
      const cut = (): void => {
        if (body.readableEnded) return
        // A body that ends early must not look whole over there.
        this.#fail('cut')
        request.destroy()
      }
      body.on('error', cut)
      body.on('close', cut)
      body.on('data', () => handler.sent())
      body.pipe(request)
    }
  }

  resume(): void {
    this.#answer?.resume()
  }

  abort(): void {
    this.#over = true
    this.#request.destroy()
  }

  #onAnswer(answer: IncomingMessage): void {
    if (this.#over) return void answer.destroy()
    this.#answer = answer
    const handler = this.#handler
    handler.head(answer.statusCode!, answer.rawHeaders)
    answer.on('data', (chunk: Buffer) => {
      if (!this.#over && !handler.data(chunk)) answer.pause()
    })
    answer.on('end', () => {
      if (this.#over) return
      if (!answer.complete) return this.#fail('lost')
      this.#over = true
      handler.end()
    })
    answer.on('error', () => this.#fail('lost'))
    answer.on('close', () => this.#fail('lost'))
  }

  #fail(trouble: WireTrouble): void {
    if (this.#over) return
    this.#over = true
    this.#handler.fail(trouble)
  }
}

const CONNECT_TIMEOUT = 'ECONNECTTIMEOUT'

const troubleOf = (error: NodeJS.ErrnoException, request: ClientRequest): WireTrouble => {
  if (error.code === CONNECT_TIMEOUT || error.code === 'ETIMEDOUT') return 'timed-out'
  // Without a socket that was connected nothing can have been sent.
  return request.socket === null || request.socket.connecting || NEVER_SENT.test(error.code ?? '')
    ? 'refused'
    : 'lost'
}

const NEVER_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS_|CERT_|UNABLE_TO_|SELF_|DEPTH_)/

const agentFor = (origin: BackendOrigin, settings: ConnectionSettings): Agent => {
  const { network } = settings
  if (network !== undefined) return origin.secure ? network.httpsAgent : network.httpAgent
  const options = {
    keepAlive: true,
    maxSockets: settings.connections,
    maxFreeSockets: settings.connections,
    scheduling: 'lifo' as const,
  }
  const agent = origin.secure ? new TlsAgent(options) : new Agent(options)
  return expiring(timed(agent, settings.connectMs, settings.clock), settings.keepAliveMs)
}

/** Has connections of an agent that do not come about in time given up, by the clock given. */
const timed = <A extends Agent>(agent: A, ms: number, clock: Clock): A => {
  const create = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback) as Duplex | undefined
    if (socket === undefined) return socket
    const cancel = clock.after(
      ms,
      () => socket.destroy(Object.assign(new Error('connecting took too long'), { code: CONNECT_TIMEOUT })),
      { background: true },
    )
    socket.once('secureConnect' in socket || 'authorized' in socket ? 'secureConnect' : 'connect', cancel)
    socket.once('close', cancel)
    return socket
  }
  return agent
}

interface Keeping {
  keepSocketAlive(socket: Socket): boolean
  reuseSocket(socket: Socket, request: ClientRequest): void
}

/** Has connections closed that nobody uses; the agent's own `timeout` would cost a timer and listeners for each request. */
const expiring = <A extends Agent>(agent: A, ms: number): A => {
  const kept = agent as unknown as Keeping
  const keep = kept.keepSocketAlive.bind(agent)
  const reuse = kept.reuseSocket.bind(agent)
  const expired = new WeakSet<Socket>()
  kept.keepSocketAlive = (socket) => {
    if (!expired.has(socket)) {
      expired.add(socket)
      socket.on('timeout', () => socket.destroy())
    }
    const keeps = keep(socket)
    socket.setTimeout(ms)
    return keeps
  }
  kept.reuseSocket = (socket, request) => {
    socket.setTimeout(0)
    reuse(socket, request)
  }
  return agent
}
