import { DurableLines } from '@xconnector/example-kit/durable-lines'
import { onLoopback } from '@xconnector/example-kit/loopback'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { writePeakMemory } from '@xconnector/example-kit/peak-memory'
import { systemOf } from '@xconnector/example-kit/system'
import { evidenceIn, SYSTEMS, type RequestLine } from '../shared/evidence.ts'
import { behaviours, type Delivery } from './behaviour.ts'

// The site and the portal that entries go to, each with a port and a log of its own.
const { FOLDER = '', SEED = '', DOWN_AFTER = '0' } = process.env
const all = behaviours(SEED, Number(DOWN_AFTER))
const urls: Record<string, string> = {}
let inFlight = 0
let victim: Victim | undefined
// From here, for this process alone knows what it has in hand at the very moment.
const killWhenBusy = (): void => {
  if (victim === undefined || inFlight < victim.entries) return
  process.kill(victim.pid, 'SIGKILL')
  victim = undefined
  tell({ killed: { at: Date.now(), entriesInFlight: inFlight } })
}
for (const name of SYSTEMS) {
  const server = systemOf<Delivery, RequestLine>({
    behaviour: all[name],
    log: await DurableLines.open(evidenceIn(FOLDER).requests(name)),
    read: (body, entry) => {
      const { uid, locale, version } = body as { uid: string; locale: string; version: number }
      return { thing: `${uid}/${locale}`, version, entry }
    },
    line: ({ thing, version, entry }, outcome) => ({ thing, version, entry, ...outcome }),
    inside: (change) => {
      inFlight += change
      killWhenBusy()
    },
  })
  urls[name] = await onLoopback(server)
}
/** A process that is to be killed as soon as so many entries are in flight. */
interface Victim {
  readonly pid: number
  readonly entries: number
}
process.on('message', (command: { readonly mend?: true; readonly kill?: Victim }) => {
  if (command.kill !== undefined) {
    victim = command.kill
    return killWhenBusy()
  }
  for (const name of SYSTEMS) all[name].mend()
  tell({ mended: true })
})
endWithParent()
writePeakMemory(FOLDER, 'systems')
tell({ urls })
