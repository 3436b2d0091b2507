import { createAdaptorServer } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'

/** Hono's server on loopback. It puts its own `Request` and `Response` in place of the platform's; closing takes them out again. */
export const honoServer = async (fetch: (request: Request) => Response | Promise<Response>) => {
  const { Request: request, Response: response } = globalThis
  const server = createAdaptorServer({ fetch }) as Server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      Object.assign(globalThis, { Request: request, Response: response })
    },
  }
}
