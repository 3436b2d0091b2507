import { createServer } from 'node:http'
import { byKind, createDestination, createRuntime, flow, right, target, type Json } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { freshFile } from '../journal/disk.ts'
import { hook } from './hook.ts'
import { serving } from '../load/serving.ts'

const { hooks, source } = hook()

/** A service as it is: dedupe keys, decoding, the journal on SQLite. Nothing is worked on: only accepting is measured. */
const runtime = createRuntime({
  flows: [
    flow('entries')
      .from(source)
      .delay('later', '1d')
      .to(
        target<Json, Json, never, 'idempotent'>({
          name: 'nowhere',
          destination: createDestination({ name: 'nowhere' }),
          effect: 'idempotent',
          call: async () => ({ result: right(null), seen: { as: 'ok' } }),
        }),
      )
      .otherwise(byKind()),
  ],
  journal: sqlite({ file: freshFile('ingress') }),
  maxPending: 10_000_000,
  role: 'accept',
})
await runtime.start()
await serving(createServer(hooks.node), () => runtime.stop())
