import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Loopback } from './loopback.js'

/** A forward proxy on the loopback interface, which connects to its own idea of each host. */
export interface TestProxy extends Loopback {
  /** What it was asked for: `CONNECT host:port`, or the method and the whole URL. */
  readonly asked: string[]
  /** Credentials that came, in the order of `asked`. */
  readonly credentials: (string | undefined)[]
  /** Names in the client certificates that it was shown. */
  readonly shown: string[]
}

export const testProxy = async (options: {
  /** The local port behind each host. */
  readonly hosts: Readonly<Record<string, number>>
  /** The status that everything is answered with instead. */
  readonly refuse?: number
  /** Waits with the answer to CONNECT for ever. */
  readonly silent?: boolean
  /** It is spoken to by TLS. */
  readonly tls?: ServerOptions
}): Promise<TestProxy> => {
  const asked: string[] = []
  const credentials: (string | undefined)[] = []
  const shown: string[] = []
  const sockets = new Set<Socket>()
  const note = (what: string, { headers }: IncomingMessage): void => {
    asked.push(what)
    credentials.push(headers['proxy-authorization'])
  }
  const listener: RequestListener = (req, res) => {
    note(`${req.method} ${req.url}`, req)
    const url = URL.parse(req.url ?? '')
    const port = options.hosts[url?.hostname ?? '']
    if (options.refuse !== undefined || url === null || port === undefined) {
      res.writeHead(options.refuse ?? 502).end()
      return
    }
    const { 'proxy-authorization': _, ...headers } = req.headers
    const onward = request({
      port,
      host: '127.0.0.1',
      method: req.method,
      path: url.pathname + url.search,
      headers,
    })
    onward.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    onward.on('error', () => res.destroy())
    req.pipe(onward)
  }
  const server =
    options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener)
  server.on('secureConnection', (socket: TLSSocket) => {
    const { subject } = socket.getPeerCertificate() as { subject?: { CN: string } }
    if (subject !== undefined) shown.push(subject.CN)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  server.on('connect', (req, socket: Socket) => {
    note(`CONNECT ${req.url}`, req)
    if (options.silent === true) return
    const port = options.hosts[(req.url ?? '').replace(/:\d+$/, '')]
    if (options.refuse !== undefined || port === undefined) {
      socket.end(`HTTP/1.1 ${options.refuse ?? 502} No\r\nProxy-Authenticate: Basic\r\n\r\n`)
      return
    }
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    sockets.add(onward)
    onward.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    socket.on('close', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked,
    credentials,
    shown,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      await closed
    },
  }
}
