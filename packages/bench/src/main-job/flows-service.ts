// The demo's flows in a node:http server, on SQLite.
import { createServer } from 'node:http'
import { createRuntime } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { demoFlows } from '../../../../examples/demo/src/service/flows.ts'
import { onLoopback } from '../../../../examples/kit/src/loopback.ts'
import { freshFile } from '../journal/disk.ts'
import { obeying } from '../harness/obeying.ts'
import { used } from '../harness/used.ts'
import type { Order } from './orders.ts'

const { hooks, flows } = demoFlows()
const runtime = createRuntime({ flows, journal: sqlite({ file: freshFile('main-job') }) })
await runtime.start()
const usage = used()

obeying<Order>({ url: await onLoopback(createServer(hooks.node)) }, async (order) => {
  if (order.as === 'stop') await runtime.stop()
  return usage()
})
