import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

/** The service as a process of its own. */
export interface Service {
  readonly url: string
  kill(): Promise<void>
}

/** Starts it on a free port of loopback. */
export const startService = async (env: Readonly<Record<string, string>>): Promise<Service> => {
  const main = join(import.meta.dirname, '../h3-webhook-trigger/main.ts')
  const child = spawn(process.execPath, [main, '--serve'], {
    env: { ...process.env, NODE_OPTIONS: '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown]
  const url = /^webhook-trigger: (http:\S+)$/.exec(String(line))?.[1]
  if (url === undefined) throw new Error(`the service did not start: ${String(line)}`)
  return {
    url,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A request that a system got. */
export interface Got {
  readonly path: string
  readonly key: string | undefined
  readonly body: { readonly about?: string; readonly id?: string }
}

/** All systems in one, which answer nothing until they are opened. */
export interface Systems extends AsyncDisposable {
  readonly url: string
  readonly got: readonly Got[]
  open(): void
}

/** Starts them on loopback. */
export const startSystems = async (): Promise<Systems> => {
  const got: Got[] = []
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      got.push({
        path: request.url!,
        key: request.headers['idempotency-key'] as string | undefined,
        body: JSON.parse(body) as Got['body'],
      })
      await opened
      response.writeHead(204).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    open,
    async [Symbol.asyncDispose]() {
      open()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
