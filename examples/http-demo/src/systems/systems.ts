import type { AddressInfo } from 'node:net'
import { DurableLines } from '../shared/durable-lines.ts'
import { filesIn } from '../shared/files.ts'
import type { RequestLine } from '../shared/lines.ts'
import { endWithParent, tell } from '../shared/parent.ts'
import { SYSTEMS } from '../shared/systems.ts'
import { behaviours } from './behaviour.ts'
import { systemOf } from './system.ts'

// The three systems that the service delivers to, each with a port and a log of its own.
const { FOLDER = '', DOWN_AFTER = '0' } = process.env
const all = behaviours(Number(DOWN_AFTER))
const urls: Record<string, string> = {}
for (const name of SYSTEMS) {
  const log = await DurableLines.open<RequestLine>(filesIn(FOLDER).requests(name))
  const server = systemOf(all[name], log)
  server.keepAliveTimeout = 60_000
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
process.on('message', () => {
  for (const name of SYSTEMS) all[name].mend()
  tell({ mended: true })
})
endWithParent()
tell({ urls })
