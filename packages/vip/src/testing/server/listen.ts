import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from './answer.js'
import { nodeBody } from './node-body.js'

const MOST_THROWN_AWAY = 1 << 26

/** A server on loopback. */
export interface Listening {
  /** Origin and base path, as an adapter's `baseUrl`. */
  readonly url: string
  readonly port: number
  /** Ends it, with all connections. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1. `answer` is asked for each request, with the base that it came to. */
export const listen = async (
  answer: (request: Request, base: string) => Promise<Answer | 'cut'>,
  basePath: string,
  port: number,
): Promise<Listening> => {
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`
    answer(toRequest(request, origin), origin + basePath).then(
      (given) => (given === 'cut' ? request.socket.destroy() : write(request, response, given)),
      () => request.socket.destroy(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound}${basePath}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const toRequest = (request: IncomingMessage, origin: string): Request => {
  const method = request.method ?? 'GET'
  const headers = new Headers()
  for (let i = 0; i < request.rawHeaders.length; i += 2)
    headers.append(request.rawHeaders[i]!, request.rawHeaders[i + 1]!)
  const bodiless = method === 'GET' || method === 'HEAD' || !hasBody(request)
  return new Request(origin + (request.url ?? '/'), {
    method,
    headers,
    ...(!bodiless && { body: nodeBody(request), duplex: 'half' }),
  })
}

// RFC 9112, 6: either header says that there is a body.
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] !== undefined && headers['content-length'] !== '0')

const write = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
): void => {
  if (response.destroyed) return
  const bare = body === undefined || request.method === 'HEAD' || status === 204 || status === 304
  const text = bare ? undefined : Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    ...headers,
    ...(text !== undefined && { 'content-length': text.byteLength }),
  })
  response.end(text)
  if (!request.complete) throwAway(request)
}

/** Reads what nobody wants: a sender whose connection is ended while it sends may never read its answer. */
const throwAway = (request: IncomingMessage): void => {
  let bytes = 0
  request.removeAllListeners('data')
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength
    if (bytes > MOST_THROWN_AWAY) request.socket.destroy()
  })
  request.resume()
}
