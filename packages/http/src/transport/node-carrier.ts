import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { codeOf, withoutAnswer } from '../client/exchange-of.js'
import { isStream } from '../client/is-stream.js'
import type { Trace } from '../client/trace.js'
import type { Streaming } from '../client/wire.js'
import type { Exchange } from '../outcome/exchange.js'
import type { Carried, Carrier } from './carrier.js'
import { ACCEPT_ENCODING, type BodyLimits } from './decoded.js'
import { hostReader, type Host } from './host-of.js'
import { WholeAnswer } from './whole-answer.js'

/** The agents that connections come from. */
export interface NodeAgents {
  readonly httpAgent: Agent
  readonly httpsAgent: Agent
}

/**
 * Sends by `node:http` and `node:https`, straight: no redirects, no proxies but those of the agents, and limits that hold
 * while the answer comes. Whatever intercepts `node:http` intercepts it.
 */
export const nodeCarrier = (agents: NodeAgents, limits: BodyLimits): Carrier => {
  const hostOf = hostReader()
  return {
    carry: (request, trace) =>
      new Promise((resolve, reject) => {
        if (request.wire.signal.aborted) resolve({ as: 'timed-out', sent: false })
        else exchange(request, trace, hostOf(request.wire.baseUrl), agents, limits, resolve, reject)
      }),
    close() {
      for (const agent of [agents.httpAgent, agents.httpsAgent])
        for (const sockets of Object.values(agent.freeSockets)) for (const s of sockets ?? []) s.destroy()
    },
  }
}

const exchange = (
  { wire, headers, streamed }: Carried,
  trace: Trace,
  host: Host,
  agents: NodeAgents,
  limits: BodyLimits,
  resolve: (exchange: Exchange | Streaming) => void,
  reject: (fault: unknown) => void,
): void => {
  const { method, body, signal } = wire
  let answer: IncomingMessage | undefined
  const done = (end: Exchange | Streaming): void => {
    signal.removeEventListener('abort', abort)
    resolve(end)
  }
  const abort = (): void => {
    request.destroy()
    done({ as: 'timed-out', sent: trace.maybeSent })
  }
  const onAnswer = (came: IncomingMessage): void => {
    answer = came
    const { statusCode: status = 0 } = came
    if (streamed && status >= 200 && status < 300) {
      resolve({ as: 'streaming', status, headers: came.headers, stream: came })
      came.once('close', () => signal.removeEventListener('abort', abort))
      return
    }
    readWhole(came, new WholeAnswer(method, status, came.headers, limits), (end) => {
      // Answered before all of the body was taken: the rest must not be read as the next request.
      if (!request.writableFinished || !came.complete) request.destroy()
      if (end instanceof Promise) void end.then(done, reject)
      else done(end)
    })
  }
  let request: ClientRequest
  try {
    request = trace.request(
      {
        protocol: host.protocol,
        hostname: host.hostname,
        port: host.port,
        path: host.path + wire.url,
        method,
        headers: headersOf(headers, body),
        agent: host.protocol === 'https:' ? agents.httpsAgent : agents.httpAgent,
      },
      onAnswer,
    )
  } catch (thrown) {
    reject(thrown)
    return
  }
  signal.addEventListener('abort', abort, { once: true })
  request.on('error', (error) => {
    // What was read to its end stands, and what broke off says so itself.
    if (answer === undefined) done(withoutAnswer(codeOf(error), trace))
  })
  request.once('close', () => {
    if (answer === undefined) done(withoutAnswer('ECONNRESET', trace))
  })
  send(request, body)
}

const readWhole = (
  came: IncomingMessage,
  whole: WholeAnswer,
  done: (end: Exchange | Promise<Exchange>) => void,
): void => {
  let over = false
  const end = (how: () => Exchange | Promise<Exchange>): void => {
    if (over) return
    over = true
    done(how())
  }
  came.on('data', (piece: Buffer) => {
    if (!over && !whole.take(piece)) end(() => whole.tooLarge())
  })
  came.on('end', () => end(() => (came.complete ? whole.end() : whole.cut('ECONNRESET'))))
  came.on('error', (error) => end(() => whole.cut(codeOf(error))))
  came.on('close', () => end(() => whole.cut('ECONNRESET')))
}

// In one piece with the head, where it is small: one call of the system in the place of two.
const SMALL_BYTES = 16 * 1024

const send = (request: ClientRequest, body: Buffer | Readable | undefined): void => {
  if (body === undefined) request.end()
  else if (isStream(body)) pour(body, request)
  else if (body.length <= SMALL_BYTES) request.end(body.toString('latin1'), 'latin1')
  else request.end(body)
}

const pour = (body: Readable, request: ClientRequest): void => {
  const broken = (): void => {
    if (!body.readableEnded) request.destroy()
  }
  if (body.destroyed) broken()
  body.once('error', broken)
  body.once('close', broken)
  body.pipe(request)
}

const headersOf = (
  headers: Readonly<Record<string, string>>,
  body: Buffer | Readable | undefined,
): Record<string, string | number> => {
  const all: Record<string, string | number> = { 'accept-encoding': ACCEPT_ENCODING, ...headers }
  if (body !== undefined && !isStream(body)) all['content-length'] = body.length
  return all
}
