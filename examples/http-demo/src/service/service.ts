import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRuntime, untilSignal } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { endWithParent, tell } from '../shared/parent.ts'
import { adminOf } from './admin.ts'
import { hooks, products } from './flow.ts'
import { sabotaged, type Sabotage } from './sabotage.ts'

// An ordinary node:http service that embeds xConnector. It is told everything by its environment.
const { JOURNAL = '', SABOTAGE } = process.env
const file = sqlite({ file: JOURNAL })
const journal = SABOTAGE === undefined ? file : sabotaged(file, SABOTAGE as Sabotage)

const runtime = createRuntime({ flows: [products], journal })
const admin = adminOf(runtime)
await runtime.start()

// What is no webhook goes on to the pages of the service's own.
const server = createServer((request, response) => {
  hooks.node(request, response, () => void admin(request, response))
})
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }))
endWithParent()
// Once the runtime has stopped, nothing of it may keep this process alive; nor may the demo.
process.channel?.unref()
await untilSignal(runtime, { server })
