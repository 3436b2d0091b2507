import { createServer } from 'node:http'
import { createRuntime, untilSignal } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { hooks, windowedScore } from './flow.ts'

const { PORT = '3000', JOURNAL = 'windowed-score.db' } = process.env
const runtime = createRuntime({ flows: [windowedScore], journal: sqlite({ file: JOURNAL }) })
await runtime.start()
const server = createServer(hooks.node).listen(Number(PORT), '127.0.0.1', () => {
  console.log(`signals: http://127.0.0.1:${PORT}/hooks/signals`)
})
await untilSignal(runtime, { server })
