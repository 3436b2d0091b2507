import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRuntime, memoryJournal, untilSignal, type Deployable } from '@xconnector/core'
import type { Ingress } from '@xconnector/http'
import { sqlite } from '@xconnector/sqlite'

/** A flow, and where its webhooks come in. */
export interface Service {
  readonly flow: Deployable
  readonly hooks: Ingress
}

/**
 * Runs a flow as a service of its own, on loopback, until SIGTERM or SIGINT. From the environment: `PORT` (3000), and
 * `JOURNAL`: the journal's file (`<flow>.db`), or `memory` for one that forgets.
 *
 * Beside the webhooks it has what its operators need: `GET /health`, `GET /dead-letters`, `POST /replay`. In a service of
 * yours these stand behind its login.
 */
export const serve = async ({ flow, hooks }: Service): Promise<void> => {
  const { PORT = '3000', JOURNAL = `${flow.name}.db` } = process.env
  const journal = JOURNAL === 'memory' ? memoryJournal() : sqlite({ file: JOURNAL })
  const runtime = createRuntime({ flows: [flow], journal })
  const pages: Readonly<Record<string, () => unknown>> = {
    'GET /health': () => runtime.health(),
    'GET /dead-letters': () => runtime.deadLetters.list(),
    'POST /replay': () => runtime.deadLetters.replay({}),
  }

  await runtime.start()
  const server = createServer((request, response) => {
    hooks.node(request, response, () => {
      const page = pages[`${request.method} ${request.url}`]
      Promise.resolve(page?.()).then(
        (body) =>
          response.writeHead(page === undefined ? 404 : 200).end(JSON.stringify(body ?? null, undefined, 2)),
        (thrown: unknown) => response.writeHead(500).end(String(thrown)),
      )
    })
  }).listen(Number(PORT), '127.0.0.1')
  await once(server, 'listening')
  console.log(`${flow.name}: http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await untilSignal(runtime, { server })
}
