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
import type { Ingress, NodeHandler } from '@xconnector/http'
import { sqlite } from '@xconnector/sqlite'

/** A flow, or several, and where their webhooks come in. */
export interface Service {
  readonly flow: Deployable | readonly [Deployable, ...Deployable[]]
  readonly hooks: Ingress
  /** Where requests go that are for none of the webhooks and endpoints, such as a gateway. */
  readonly behind?: NodeHandler
  /** Flows that look after the service itself, and so ask its runtime once it is there. */
  readonly keepers?: (runtime: () => Runtime) => readonly Deployable[]
  /** Of the service. Default: the flow's, the first one's. */
  readonly name?: string
}

/** Where it listens, and what it keeps. */
export interface Place {
  readonly port: number
  readonly journal: Journal
  /** Pending entries from which senders are told to wait. Default 100,000. */
  readonly maxPending?: number
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
 * `GET /dead-letters`, `GET /dead-letters/<id>` (all about one), `POST /replay` (all of them again). In a service of yours
 * these stand behind its login.
 */
export const start = async (service: Service, { port, ...place }: Place): Promise<Running> => {
  const { flow, hooks, keepers, behind = (_request, _response, next) => next?.() } = service
  const flows = [...[flow].flat(), ...(keepers?.(() => runtime) ?? [])]
  const runtime: Runtime = createRuntime({ flows, ...place })
  const pages: Readonly<Record<string, () => unknown>> = {
    'GET /health': () => runtime.health(),
    'GET /dead-letters': () => runtime.deadLetters.list(),
    'POST /replay': () => runtime.deadLetters.replay({}),
  }
  await runtime.start()
  const server = createServer((request, response) => {
    const ownPage = () => {
      const { method = '', url = '' } = request
      const letter = () => runtime.deadLetters.show(decodeURIComponent(url.slice('/dead-letters/'.length)))
      const page = pages[`${method} ${url}`] ?? (url.startsWith('/dead-letters/') ? letter : () => undefined)
      Promise.resolve(page()).then(
        (body) => response.writeHead(body === undefined ? 404 : 200).end(JSON.stringify(body, undefined, 2)),
        (thrown: unknown) => response.writeHead(500).end(String(thrown)),
      )
    }
    hooks.node(request, response, () => behind(request, response, ownPage))
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { runtime, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/**
 * Runs a flow until SIGTERM or SIGINT. From the environment: `PORT` (3000), `JOURNAL`: the journal's file (`<flow>.db`),
 * or `memory` for one that forgets, and `MAX_PENDING` (100000): from how many on senders are told to wait.
 */
export const serve = async (service: Service): Promise<void> => {
  const name = service.name ?? [service.flow].flat()[0]!.name
  const { PORT = '3000', JOURNAL = `${name}.db`, MAX_PENDING = '100000' } = process.env
  const journal = JOURNAL === 'memory' ? memoryJournal() : sqlite({ file: JOURNAL })
  const place = { port: Number(PORT), journal, maxPending: Number(MAX_PENDING) }
  const { runtime, server, url } = await start(service, place)
  console.log(`${name}: ${url}`)
  await untilSignal(runtime, { server })
}
