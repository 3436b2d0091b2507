import { createServer } from 'node:http'
import { renameSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createRuntime } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { LineLog } from '../line-log.ts'
import { placesIn } from '../places.ts'
import type { Order } from '../points.ts'
import { Faults } from './faults.ts'
import { flowsOn } from './flows.ts'
import { hooks } from './hook.ts'
import { remotesAt } from './remotes.ts'
import { sabotaged, type Sabotage } from './sabotage.ts'
import { watchedJournal } from './watched-journal.ts'

/** What a life of a service is told. */
export interface ServiceOptions {
  readonly directory: string
  readonly name: string
  /** Its name and the number of this life. */
  readonly life: string
  readonly role: 'accept' | 'work' | 'both'
  readonly processes: 'one' | 'many'
  readonly receiver: string
  readonly leaseMs: number
  /** Where it is to die, when that may be before it can be told. */
  readonly order?: Order
  /** A fault in its journal, to see that it is found. */
  readonly sabotage?: Sabotage
}

// One life of a service: the real runtime on the published journal, until it is told to stop, is killed, or whoever started
// it is gone.
const options = JSON.parse(process.argv[2] ?? '') as ServiceOptions
const { directory, name, life, role, processes, leaseMs } = options
const places = placesIn(directory)
const orphaned = (): never => process.exit(1)
process.on('disconnect', orphaned)

const hands = new LineLog(places.hands(life))
const faults = new Faults(places.hands(life))
faults.install()
if (options.order !== undefined) faults.arm(options.order)

const sound = sqlite({ file: places.journal, processes })
const { sabotage } = options
const journal = watchedJournal(sabotage === undefined ? sound : sabotaged(sound, sabotage), hands, faults)
const { door, hook } = hooks()
const runtime = createRuntime({
  flows: flowsOn(hook, remotesAt(options.receiver, life)),
  journal,
  role,
  lease: `${leaseMs}ms`,
  concurrency: { total: 32, perHop: 8 },
  maxPending: 1500,
  grace: '5s',
})

let requests = 0
const server = createServer((request, response) => {
  const no = ++requests
  hands.write(`( ${no}`)
  response.once('close', () => hands.write(`) ${no}`))
  door.node(request, response)
})

process.on('message', (word: 'stop' | Order) => {
  if (word !== 'stop') return faults.arm(word)
  void stop()
})

const stop = async (): Promise<void> => {
  void faults.within('while it stops')
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  await runtime.stop()
  server.closeAllConnections()
  if (role !== 'work') await closed
  process.off('disconnect', orphaned)
  // Connections to the receiver are kept alive.
  process.exit(0)
}

await runtime.start()
if (role !== 'work') {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const file = places.port(name)
  writeFileSync(`${file}.new`, String((server.address() as AddressInfo).port))
  renameSync(`${file}.new`, file)
}
process.send?.('ready')
