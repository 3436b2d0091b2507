import { createServer } from 'node:http'
import { seededRandom, silentLogger, systemClock, uuidv7, type Intake } from '@xconnector/core'
import { freshFile } from '../journal/disk.ts'
import { groupInsert } from '../journal/group-insert.ts'
import { GROUP } from './by-hand.ts'
import { hook } from './hook.ts'
import { serving } from '../load/serving.ts'

const { hooks, source } = hook()
const ids = uuidv7(systemClock, seededRandom(1))
const rows = groupInsert(freshFile('ingress'), GROUP)

/** Our ingress, whose intake makes the same insert as the others do, and nothing else. */
const intake: Intake = {
  clock: systemClock,
  log: silentLogger,
  ids,
  signal: new AbortController().signal,
  config: {},
  load: () => undefined,
  cursor: () => Promise.resolve(undefined),
  state: () => Promise.resolve({}),
  waiting: () => Promise.resolve(0),
  accept: (batch) =>
    Promise.all(
      batch.map(async ({ raw, text }) => {
        const id = ids.next()
        await rows.put(id, text ?? JSON.stringify(raw))
        return { as: 'accepted', id }
      }),
    ),
}
await source.start(intake)
await serving(createServer(hooks.node))
