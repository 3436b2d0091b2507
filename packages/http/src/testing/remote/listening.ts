import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OnTheWire } from './on-wire.js'

/** A mocked remote that listens on the loopback interface. */
export interface ListeningRemote extends AsyncDisposable {
  /** Origin and base path: the `baseUrl` of the client under test. */
  readonly url: string
  readonly port: number
  /** Ends all connections, and stops listening. */
  close(): Promise<void>
}

/** Serves on 127.0.0.1. `port` 0: any that is free. */
export const listenOn = async (
  answer: (request: Request) => Promise<OnTheWire>,
  basePath: string,
  port: number,
): Promise<ListeningRemote> => {
  const server = createServer((req, res) => {
    serve(answer, req, res).catch(() => res.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = (server.address() as AddressInfo).port
  const close = async (): Promise<void> => {
    if (!server.listening) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  return {
    url: `http://127.0.0.1:${bound}${basePath}`,
    port: bound,
    close,
    [Symbol.asyncDispose]: close,
  }
}

const serve = async (
  answer: (request: Request) => Promise<OnTheWire>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const headers = new Headers()
  for (let i = 0; i < req.rawHeaders.length; i += 2)
    headers.append(req.rawHeaders[i]!, req.rawHeaders[i + 1]!)
  const method = req.method ?? 'GET'
  const request = new Request(`http://${req.headers.host ?? '127.0.0.1'}${req.url ?? '/'}`, {
    method,
    headers,
    ...(method !== 'GET' && method !== 'HEAD' && { body: Buffer.concat(chunks) }),
  })
  const response = await answer(request)
  if (response === 'cut') return void res.destroy()
  res.writeHead(response.status, Object.fromEntries(response.headers))
  const reader = response.body?.getReader()
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader!.read())
    await new Promise((resolve) => res.write(next.value, resolve))
  res.end()
}
