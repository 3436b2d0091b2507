import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createRuntime,
  memoryJournal,
  untilSignal,
  type Deployable,
  type Journal,
  type Logger,
  type Runtime,
} from '@xconnector/core'
import type { Ingress } from '@xconnector/http'
import { sqlite } from '@xconnector/sqlite'

/** A flow, and where its webhooks come in. */
export interface Service {
  readonly flow: Deployable
  readonly hooks: Ingress
}

/** Where it listens, and what it keeps. */
export interface Place {
  readonly port: number
  readonly journal: Journal
  /** Default: warnings to stderr. */
  readonly log?: Logger
}

/** A service that runs. */
export interface Running {
  readonly runtime: Runtime
  readonly server: Server
  readonly url: string
}

/**
 * Starts a flow as a service of its own, on loopback. Beside the webhooks it has what its operators need: `GET /health`,
 * `GET /dead-letters`, `POST /replay` (all of them again). In a service of yours these stand behind its login.
 */
export const start = async ({ flow, hooks }: Service, { port, ...place }: Place): Promise<Running> => {
  const runtime = createRuntime({ flows: [flow], ...place })
  const pages: Readonly<Record<string, () => unknown>> = {
    'GET /health': () => runtime.health(),
    'GET /dead-letters': () => runtime.deadLetters.list(),
    'POST /replay': () => runtime.deadLetters.replay({}),
  }
  await runtime.start()
  const server = createServer((request, response) => {
    hooks.node(request, response, () => {
      const page = pages[`${request.method} ${request.url}`] ?? (() => undefined)
      Promise.resolve(page()).then(
        (body) => response.writeHead(body === undefined ? 404 : 200).end(JSON.stringify(body, undefined, 2)),
        (thrown: unknown) => response.writeHead(500).end(String(thrown)),
      )
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { runtime, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/**
 * Runs a flow until SIGTERM or SIGINT. From the environment: `PORT` (3000), and `JOURNAL`: the journal's file (`<flow>.db`),
 * or `memory` for one that forgets.
 */
export const serve = async (service: Service): Promise<void> => {
  const { name } = service.flow
  const { PORT = '3000', JOURNAL = `${name}.db` } = process.env
  const journal = JOURNAL === 'memory' ? memoryJournal() : sqlite({ file: JOURNAL })
  const { runtime, server, url } = await start(service, { port: Number(PORT), journal })
  console.log(`${name}: ${url}`)
  await untilSignal(runtime, { server })
}
