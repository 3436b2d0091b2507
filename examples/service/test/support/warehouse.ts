import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A reservation that came in, and is not answered until the test says what. */
export interface Reservation {
  readonly key: string | undefined
  readonly body: unknown
  answer(status: number): void
}

/** The warehouse: every request waits for the test to take and answer it. */
export interface Warehouse {
  readonly url: string
  /** The next request, once it is there. */
  next(): Promise<Reservation>
  close(): Promise<void>
}

const answering = (response: ServerResponse) => (status: number) => {
  response.writeHead(status).end()
}

export const warehouse = async (): Promise<Warehouse> => {
  const come: Reservation[] = []
  const waiting: ((r: Reservation) => void)[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      const key = request.headers['idempotency-key'] as string | undefined
      const reservation = { key, body: JSON.parse(text) as unknown, answer: answering(response) }
      const taker = waiting.shift()
      if (taker === undefined) come.push(reservation)
      else taker(reservation)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next() {
      const first = come.shift()
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first)
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
