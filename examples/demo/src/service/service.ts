import { createServer } from 'node:http'
import { createRuntime, untilSignal } from '@xconnector/core'
import { adminOf } from '@xconnector/example-kit/admin'
import { faultyJournal } from '@xconnector/example-kit/journal-fault'
import { onLoopback } from '@xconnector/example-kit/loopback'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { writePeakMemory } from '@xconnector/example-kit/peak-memory'
import { sqlite } from '@xconnector/sqlite'
import { corruptFiles } from './corrupt-files.ts'
import { demoFlows } from './flows.ts'
import type { Sabotage } from './sabotages.ts'

// An ordinary node:http service that embeds xConnector. It is told everything by its environment.
const { FOLDER = '', JOURNAL = '', SABOTAGE } = process.env
const sabotage = SABOTAGE as Sabotage | undefined
const file = sqlite({ file: JOURNAL })
const journal = sabotage === undefined || sabotage === 'corrupt' ? file : faultyJournal(file, sabotage)
const { hooks, flows } = demoFlows(sabotage === 'corrupt' ? corruptFiles : undefined)

const runtime = createRuntime({ flows, journal })
const admin = adminOf(runtime)
await runtime.start()

// What is no webhook goes on to the pages of the service's own.
const server = createServer((request, response) => {
  hooks.node(request, response, () => void admin(request, response))
})
tell({ origin: await onLoopback(server) })
endWithParent()
writePeakMemory(FOLDER, 'service')
// Once the runtime has stopped, nothing of it may keep this process alive; nor may the demo.
process.channel?.unref()
await untilSignal(runtime, { server })
