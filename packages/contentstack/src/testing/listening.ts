import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A server on the loopback interface. */
export interface Loopback extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Ends every connection, and resolves when nothing is left. */
  close(): Promise<void>
}

/** Serves a handler of WHATWG requests by `node:http`, on loopback only. `port` 0: any that is free. */
export const listenOn = async (
  handle: (request: Request) => Promise<Response>,
  port = 0,
): Promise<Loopback> => {
  const server = createServer((req, res) => void serve(handle, req, res))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: at } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  return { url: `http://127.0.0.1:${at}`, port: at, close, [Symbol.asyncDispose]: close }
}

const serve = async (
  handle: (request: Request) => Promise<Response>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> => {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  req.resume()
  try {
    const headers = new Headers()
    for (const [name, values] of Object.entries(req.headersDistinct))
      for (const value of values ?? []) headers.append(name, value)
    const url = `http://${req.headers.host ?? '127.0.0.1'}${req.url ?? '/'}`
    const request = new Request(url, { method: req.method ?? 'GET', headers, signal: gone.signal })
    const response = await handle(request)
    res.writeHead(response.status, Object.fromEntries(response.headers))
    if (response.body === null) return void res.end()
    await pipeline(Readable.fromWeb(response.body as never), res)
  } catch {
    // A fault of the script, or a client that went away: either way the connection breaks.
    res.destroy()
  }
}
