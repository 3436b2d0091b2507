import { createServer as createHttpServer, request, type RequestListener } from 'node:http'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A server on an ephemeral port of the loopback interface. */
export interface Loopback extends AsyncDisposable {
  readonly port: number
  readonly url: string
}

/** An HTTP server. */
export const httpServer = async (listener: RequestListener): Promise<Loopback> => {
  const server = createHttpServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** A bare TCP server; counts the requests whose head came. */
export const tcpServer = async (
  onRequest: (socket: Socket, text: string) => void,
): Promise<Loopback & { readonly requests: string[] }> => {
  const sockets = new Set<Socket>()
  const requests: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end === -1) return
      const [, length = '0'] = /content-length: (\d+)/i.exec(text) ?? []
      if (text.length < end + 4 + Number(length)) return
      const whole = text
      text = ''
      requests.push(whole)
      onRequest(socket, whole)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      for (const s of sockets) s.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An answer as it was seen on the wire. */
export interface Seen {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
}

/** Sends one request with Node's own client. */
export const send = (
  url: string,
  options: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string | readonly string[]>>
    readonly body?: string | Buffer
  },
): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const req = request(
      url,
      { method: options.method ?? 'POST', headers: options.headers as never, agent: false },
      (res) => {
        const chunks: Buffer[] = []
        res.on('data', (c: Buffer) => chunks.push(c))
        res.on('error', reject)
        res.on('end', () =>
          resolve({ status: res.statusCode!, headers: res.headers, text: Buffer.concat(chunks).toString() }),
        )
      },
    )
    req.on('error', reject)
    req.end(options.body)
  })

/** Writes raw bytes, and resolves with all that came back until the other side closed. */
export const raw = (port: number, ...pieces: readonly (string | Buffer)[]): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => {
      for (const piece of pieces) socket.write(piece)
    })
    socket.on('data', (c) => (text += c.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })

/** Opens a connection, writes, and gives the socket. */
export const opened = (port: number, text: string): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, () => resolve(socket)))
    socket.on('error', () => {})
  })
