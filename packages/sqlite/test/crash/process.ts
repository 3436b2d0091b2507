import { sqlite } from '@xconnector/sqlite'
import { hooksOn } from './hooks.ts'
import { files, FLOW, type Part, RECEIVERS } from './plan.ts'
import { produce } from './producer.ts'
import { work } from './worker-loop.ts'

// One process of a run, on the built package. It produces until it is told to be quiet, and works until it is told to end, or when whoever started it is gone.
const part = JSON.parse(process.argv[2] ?? '') as Part
const quiet = new AbortController()
const ending = new AbortController()
process.on('message', (word) => {
  quiet.abort()
  if (word === 'end') ending.abort()
})
const orphaned = (): never => process.exit(1)
process.on('disconnect', orphaned)

const journal = sqlite({ file: files(part.directory).journal, processes: part.processes })
await journal.open(['in', ...RECEIVERS].map((hop) => ({ flow: FLOW, hop })))
process.send?.('ready')

const hooks = hooksOn(journal, part.mutant)
await Promise.all([
  part.role === 'worker' ? undefined : produce(part, hooks, quiet.signal),
  part.role === 'producer' ? undefined : work(part, journal, hooks, ending.signal),
])
await journal.close()
process.off('disconnect', orphaned)
process.disconnect()
