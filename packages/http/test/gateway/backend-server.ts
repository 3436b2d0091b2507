import type { IncomingMessage, ServerResponse } from 'node:http'
import { httpServer, type Loopback } from '../support/loopback.js'

/** A backend that keeps what it was asked. */
export interface BackendServer extends Loopback {
  readonly requests: {
    readonly method: string
    readonly url: string
    readonly headers: IncomingMessage['headers']
  }[]
}

/** A backend on loopback. */
export const backendServer = async (
  answer: (request: IncomingMessage, response: ServerResponse, n: number) => void = (_, r) => r.end('ok'),
): Promise<BackendServer> => {
  const requests: BackendServer['requests'] = []
  const server = await httpServer((request, response) => {
    // The time of a test is not that of the machine.
    response.sendDate = false
    requests.push({ method: request.method!, url: request.url!, headers: request.headers })
    answer(request, response, requests.length)
  })
  return Object.assign(server, { requests })
}
