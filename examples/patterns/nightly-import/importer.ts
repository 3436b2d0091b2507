import { setInterval as every } from 'node:timers/promises'
import { createRuntime, untilSignal } from '@xconnector/core'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { writePeakMemory } from '@xconnector/example-kit/peak-memory'
import { sqlite } from '@xconnector/sqlite'
import { nightlyImport } from './flow.ts'

// The service as `main.ts` plays it: here every second is a night, and the play is told how far it is.
endWithParent()
const { FOLDER, RATE } = process.env
writePeakMemory(FOLDER!, 'importer')
const flow = nightlyImport({ rate: Number(RATE), cron: '* * * * * *' })
const runtime = createRuntime({ flows: [flow], journal: sqlite({ file: `${FOLDER}/journal.db` }) })
await runtime.start()

const telling = async (): Promise<void> => {
  for await (const _ of every(200, undefined, { ref: false }))
    tell({ progress: await runtime.progress(flow) })
}
telling().catch(() => {})
process.on('message', () => {
  void runtime.deadLetters
    .list({ limit: 100_000 })
    .then((letters) =>
      tell({ dead: letters.map(({ id, hop, body, errors }) => ({ id, hop, body, error: errors.at(-1) })) }),
    )
})
await untilSignal(runtime)
// The play's channel would keep it going.
process.exit()
