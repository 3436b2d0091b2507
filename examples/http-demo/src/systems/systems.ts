import { DurableLines } from '@xconnector/example-kit/durable-lines'
import { onLoopback } from '@xconnector/example-kit/loopback'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { systemOf } from '@xconnector/example-kit/system'
import { filesIn } from '../shared/files.ts'
import type { RequestLine } from '../shared/lines.ts'
import { SYSTEMS } from '../shared/systems.ts'
import { behaviours, type Delivery } from './behaviour.ts'

// The three systems that the service delivers to, each with a port and a log of its own.
const { FOLDER = '', DOWN_AFTER = '0' } = process.env
const all = behaviours(Number(DOWN_AFTER))
const urls: Record<string, string> = {}
for (const name of SYSTEMS) {
  const server = systemOf<Delivery, RequestLine>({
    behaviour: all[name],
    log: await DurableLines.open(filesIn(FOLDER).requests(name)),
    read: (body, entry) => ({ ...(body as Delivery), entry }),
    line: ({ sku, version, entry }, outcome) => ({ sku, version, entry, ...outcome }),
  })
  urls[name] = await onLoopback(server)
}
process.on('message', () => {
  for (const name of SYSTEMS) all[name].mend()
  tell({ mended: true })
})
endWithParent()
tell({ urls })
