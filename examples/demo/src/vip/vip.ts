import { writeFileSync } from 'node:fs'
import { DurableLines } from '@xconnector/example-kit/durable-lines'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { writePeakMemory } from '@xconnector/example-kit/peak-memory'
import { vipServer } from '@xconnector/vip/testing'
import { evidenceIn } from '../shared/evidence.ts'
import { EventSender } from './event-sender.ts'
import { writeExchanges } from './exchange-lines.ts'
import { unfinishedUploads } from './unfinished-uploads.ts'
import { stateOf } from './vip-state.ts'

// VIP: takes assets and their files, and tells of every change by signed events. At first its network is slow: the large file
// would take eight seconds.
const { FOLDER = '', VIP_TOKEN = '', VIP_HOOK_SECRET = '', LARGE_BYTES = '0' } = process.env
const LARGE_TAKES_S = 8

endWithParent()
writePeakMemory(FOLDER, 'vip')
const files = evidenceIn(FOLDER)
const server = vipServer({
  directory: files.vipStore,
  token: VIP_TOKEN,
  webhookSecret: VIP_HOOK_SECRET,
  processing: 20,
  faults: [
    {
      method: 'PATCH',
      path: /^\/uploads\//,
      times: Number.POSITIVE_INFINITY,
      bytesPerSecond: Number(LARGE_BYTES) / LARGE_TAKES_S,
    },
  ],
})
const writeExchangesLeft = await writeExchanges(server, FOLDER)
const sender = new EventSender(await DurableLines.open(files.events))
const delivery = sender.start(server)

const keep = async (): Promise<void> => {
  await writeExchangesLeft()
  writeFileSync(files.vipState, JSON.stringify(stateOf(server)))
  tell({ kept: true })
}
interface Command {
  readonly deliverTo?: string
  readonly uploads?: true
  readonly undelivered?: true
  readonly quicken?: true
  readonly keep?: true
}
process.on('message', (command: Command) => {
  if (command.deliverTo !== undefined) sender.url = command.deliverTo
  if (command.uploads === true) tell({ uploads: unfinishedUploads(files.vipStore) })
  if (command.undelivered === true) tell({ undelivered: delivery.pending })
  if (command.quicken === true) server.heal()
  if (command.keep === true) void keep()
})
const { url } = await server.listen()
tell({ url })
