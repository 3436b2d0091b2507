import { createServer } from 'node:http'
import { createRuntime, untilSignal } from '@xconnector/core'
import { adminOf } from '@xconnector/example-kit/admin'
import { faultyJournal, type JournalFault } from '@xconnector/example-kit/journal-fault'
import { onLoopback } from '@xconnector/example-kit/loopback'
import { sqlite } from '@xconnector/sqlite'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { hooks, products } from './flow.ts'

// An ordinary node:http service that embeds xConnector. It is told everything by its environment.
const { JOURNAL = '', SABOTAGE } = process.env
const file = sqlite({ file: JOURNAL })
const journal = SABOTAGE === undefined ? file : faultyJournal(file, SABOTAGE as JournalFault)

const runtime = createRuntime({ flows: [products], journal })
const admin = adminOf(runtime)
await runtime.start()

// What is no webhook goes on to the pages of the service's own.
const server = createServer((request, response) => {
  hooks.node(request, response, () => void admin(request, response))
})
tell({ origin: await onLoopback(server) })
endWithParent()
// Once the runtime has stopped, nothing of it may keep this process alive; nor may the demo.
process.channel?.unref()
await untilSignal(runtime, { server })
