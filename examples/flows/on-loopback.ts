import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A server that listens on a free port of this machine, and of no other network. */
export interface OnLoopback extends AsyncDisposable {
  readonly port: number
  readonly url: string
}

/** Lets a server of a play or a test listen. Its disposal ends its connections too. */
export const onLoopback = async (server: Server | SecureServer): Promise<OnLoopback> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const scheme = 'setSecureContext' in server ? 'https' : 'http'
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}
