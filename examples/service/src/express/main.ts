import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createRuntime, untilSignal } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { orders } from '../orders.ts'
import { shop } from './shop.ts'

const { PORT = '3000', JOURNAL = 'shop.db' } = process.env
const runtime = createRuntime({ flows: [orders], journal: sqlite({ file: JOURNAL }) })
await runtime.start()

const server = shop(runtime).listen(Number(PORT), '127.0.0.1')
await once(server, 'listening')
console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)

// SIGTERM: no new connections, requests under way are answered, deliveries in flight end, the journal is closed.
await untilSignal(runtime, { server })
