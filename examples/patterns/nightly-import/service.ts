import { createRuntime, untilSignal } from '@xconnector/core'
import { progressBar } from '@xconnector/core/patterns'
import { sqlite } from '@xconnector/sqlite'
import { nightlyImport } from './flow.ts'

const { RATE = '100', JOURNAL = 'nightly-import.db', CRON, FILE } = process.env
const flow = nightlyImport({ rate: Number(RATE), cron: CRON, file: FILE })
const runtime = createRuntime({ flows: [flow], journal: sqlite({ file: JOURNAL }) })
await runtime.start()

const bar = progressBar({
  name: flow.name,
  poll: () => (runtime.health().status === 'ready' ? runtime.progress(flow) : undefined),
})
await untilSignal(runtime)
await bar.stop()
