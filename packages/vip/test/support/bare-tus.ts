import { mkdtempSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, createServer as createProxy, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

/** A tus server with nothing of ours in it, behind a wire that can break. */
export interface BareTus extends AsyncDisposable {
  /** The base URL: uploads are at `/files` below it. */
  readonly url: string
  /** Method, and offset of those that append. */
  readonly requests: readonly string[]
  /** Cuts the wire once after so many more bytes have gone to the server. */
  cutAfter(bytes: number): void
  /** What has arrived of an upload. */
  bytes(id: string): Promise<Buffer>
  forget(id: string): Promise<void>
}

export const bareTus = async (options: { readonly location?: string } = {}): Promise<BareTus> => {
  const directory = mkdtempSync(join(tmpdir(), 'bare-tus-'))
  const store = new FileStore({ directory })
  const { location } = options
  const tus = new Server({
    path: '/files',
    datastore: store,
    relativeLocation: true,
    ...(location !== undefined && { generateUrl: () => location }),
  })
  const requests: string[] = []
  const server = createServer((req: IncomingMessage, res) => {
    const offset = req.headers['upload-offset']
    requests.push(offset === undefined ? req.method! : `${req.method} ${String(offset)}`)
    void tus.handle(req, res)
  })
  const port = await listening(server)
  const wire = { left: Infinity }
  const sockets = new Set<Socket>()
  const proxy = createProxy((client) => {
    const inner = connect(port, '127.0.0.1')
    for (const socket of [client, inner]) {
      sockets.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket)
          client.destroy()
          inner.destroy()
        })
    }
    client.on('data', (piece) => {
      const part = piece.subarray(0, wire.left)
      wire.left -= part.length
      if (!inner.write(part)) {
        client.pause()
        inner.once('drain', () => client.resume())
      }
      if (wire.left > 0) return
      wire.left = Infinity
      // What was written arrives before the wire breaks.
      inner.end()
      client.resetAndDestroy()
    })
    inner.pipe(client)
  })
  const outer = await listening(proxy)
  return {
    url: `http://127.0.0.1:${outer}`,
    requests,
    cutAfter(bytes) {
      wire.left = bytes
    },
    bytes: (id) => readFile(join(directory, id)),
    forget: async (id) => {
      await rm(join(directory, id))
      await rm(join(directory, `${id}.json`))
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      await Promise.all([closed(server), closed(proxy)])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

type Listener = { listen(port: number, host: string, done: () => void): unknown; address(): unknown }

const listening = async (server: Listener): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const closed = (server: { close(done: () => void): unknown }): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()))
