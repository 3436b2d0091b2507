import { createRuntime, untilSignal } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { orders } from '../orders.ts'
import { shop } from './shop.ts'

const { PORT = '3000', JOURNAL = 'shop.db' } = process.env
const runtime = createRuntime({ flows: [orders], journal: sqlite({ file: JOURNAL }) })
await runtime.start()

const app = shop(runtime)
console.log(`listening on ${await app.listen({ port: Number(PORT), host: '127.0.0.1' })}`)

// SIGTERM: no new connections, requests under way are answered, deliveries in flight end, the journal is closed.
await untilSignal(runtime, { server: app })
