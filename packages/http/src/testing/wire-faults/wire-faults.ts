import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { systemClock, type Clock } from '@xconnector/core'
import { act } from './act.js'
import { Receiving, type Received } from './received.js'
import type { WireFault } from './wire-fault.js'

/** Options of `wireFaults`. */
export interface WireFaultsOptions {
  /** For the first requests, in this order; further ones by `paths` and `otherwise`. */
  readonly script?: readonly WireFault[]
  /** For requests of these paths (without a query), once the script is over. */
  readonly paths?: Readonly<Record<string, WireFault>>
  /** For all others. Default: a good answer. */
  readonly otherwise?: WireFault
  /** By which slow answers come. Default: the platform's. */
  readonly clock?: Clock
}

/** A server on the loopback interface that breaks its connections as it is told. */
export interface WireFaults extends AsyncDisposable {
  /** `http://127.0.0.1:` and the port. */
  readonly url: string
  readonly port: number
  /** What has come so far, in order; a request that comes in pieces is still counting. */
  readonly received: readonly Received[]
  /** How many connections were made to it. */
  readonly connections: number
  /** How many of them are open. */
  readonly open: number
  /** Adds to the script: these are for the next requests that it does not cover. */
  next(...faults: readonly WireFault[]): void
  /** Forgets what came, and what is left of the script. */
  reset(): void
  /** Ends all connections, and stops listening. */
  close(): Promise<void>
}

/**
 * Starts a server that does on the wire what a mock of a client cannot: resets, cuts, drips, garbage, bombs, and
 * connections that are closed while they are idle. Listens on 127.0.0.1, on a port of the platform's choice.
 *
 * @example
 * const server = await wireFaults({ script: [{ as: 'reset', after: 'body' }] })
 * const site = http({ name: 'site', baseUrl: server.url })
 * await site.query({ name: 'get', path: '/' }).run() // the second attempt is answered
 * server.received.length // 2
 * await server.close()
 */
export const wireFaults = async (options: WireFaultsOptions = {}): Promise<WireFaults> => {
  const { paths = {}, otherwise = GOOD, clock = systemClock } = options
  const script = [...(options.script ?? [])]
  const received: Receiving[] = []
  const numbers = new Map<Socket, number>()
  let connections = 0
  const faultOf = (url: string): WireFault => script.shift() ?? paths[url.replace(/\?.*$/s, '')] ?? otherwise
  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 })
  server.timeout = 0
  server.on('connection', (socket) => {
    numbers.set(socket, ++connections)
    socket.on('error', () => {}).once('close', () => numbers.delete(socket))
    const [next] = script
    if (next !== undefined && 'after' in next && next.after === 'connect') {
      script.shift()
      act(next, socket, 'GET', clock)
    }
  })
  const serve = (request: IncomingMessage): void => {
    const { socket, url = '/', method = 'GET' } = request
    const here = new Receiving(method, url, { ...request.headers }, numbers.get(socket) ?? 0)
    received.push(here)
    const fault = faultOf(url)
    request.on('error', () => {})
    if (fault.as === 'stall') {
      socket.pause()
      return
    }
    const early = fault.as === 'early' || ('after' in fault && fault.after === 'head')
    if (early) act(fault, socket, method, clock)
    request.on('data', (piece: Buffer) => here.take(piece))
    request.on('end', () => {
      here.whole = true
      if (!early) act(fault, socket, method, clock)
    })
  }
  server.on('request', serve)
  // The body is taken at once, as by those who do not know the expectation.
  server.on('checkContinue', serve)
  // What is no HTTP is not answered.
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    for (const socket of numbers.keys()) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    get connections() {
      return connections
    },
    get open() {
      return numbers.size
    },
    next: (...faults) => void script.push(...faults),
    reset() {
      script.length = 0
      received.length = 0
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const GOOD: WireFault = { as: 'answer' }
