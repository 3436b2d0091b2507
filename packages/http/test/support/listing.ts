import type { IncomingMessage } from 'node:http'
import { httpServer, type Loopback } from './loopback.js'

/** What a listing answers to one request. */
export interface Listed {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
}

/** A request as it came. */
export interface Asked {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface Listing extends Loopback {
  readonly asked: Asked[]
}

/** A server that answers by a function, and remembers what it was asked. */
export const listing = async (
  answer: (url: URL, asked: Asked) => Listed | Promise<Listed>,
): Promise<Listing> => {
  const asked: Asked[] = []
  const server = await httpServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (c: Buffer) => chunks.push(c))
    req.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const one = {
        method: req.method!,
        url: req.url!,
        headers: req.headers,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      }
      asked.push(one)
      void Promise.resolve(answer(new URL(req.url!, 'http://x'), one)).then(
        ({ status = 200, headers = {}, body }) => {
          res.writeHead(status, { 'content-type': 'application/json', ...headers } as never)
          res.end(body === undefined ? undefined : JSON.stringify(body))
        },
      )
    })
  })
  return { ...server, asked }
}

/** All that an async iterable gives. */
export const all = async <T>(from: AsyncIterable<T>): Promise<T[]> => {
  const out: T[] = []
  for await (const one of from) out.push(one)
  return out
}
