import { createServer, type ServerOptions } from 'node:https'
import type { RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Loopback } from './loopback.js'

/** An HTTPS server on the loopback interface. Counts its connections. */
export const secureServer = async (
  options: ServerOptions,
  listener: RequestListener,
): Promise<
  Loopback & { readonly connections: number; readonly open: number; renew(options: ServerOptions): void }
> => {
  let connections = 0
  let open = 0
  const server = createServer(options, listener)
  server.on('secureConnection', (socket: Socket) => {
    connections++
    open++
    socket.on('close', () => void open--)
  })
  // Only the other side closes idle connections.
  server.keepAliveTimeout = 0
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    get connections() {
      return connections
    },
    get open() {
      return open
    },
    renew: (fresh) => server.setSecureContext(fresh),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
