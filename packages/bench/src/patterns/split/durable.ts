import { setTimeout as sleep } from 'node:timers/promises'
import {
  byKind,
  createDestination,
  createRuntime,
  flow,
  right,
  target,
  type Deployable,
  type Intake,
  type Json,
  type Runtime,
  type Source,
  type Target,
} from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import type { Sample } from '../../harness/sample.ts'
import { commitsOf } from '../../journal/commits.ts'
import { freshFile } from '../../journal/disk.ts'
import { seconds } from '../../journal/in-flight.ts'
import { messages } from '../../journal/message.ts'

// The same bodies as the bare loop writes.
function* rows(n: number): Generator<Json> {
  for (let i = 0; i < n; i++) yield messages[i % messages.length]!
}

interface Started {
  readonly runtime: Runtime
  /** Gives a message to be split into so many items. */
  give(n: number): Promise<void>
}

const started = async (file: string, make: (hook: Source<Json>) => Deployable): Promise<Started> => {
  let intake: Intake | undefined
  const hook: Source<Json> = {
    name: 'hook',
    single: false,
    decode: (raw) => right(raw),
    start(given) {
      intake = given
      return { stop() {} }
    },
  }
  const runtime = createRuntime({ flows: [make(hook)], journal: sqlite({ file }), maxPending: 10_000_000 })
  await runtime.start()
  return {
    runtime,
    async give(n) {
      await intake!.accept([{ raw: n, type: 'split', undecodable: 'dead-letter' }])
    },
  }
}

/** Entries written so far at the hops of the items. */
const written = async (runtime: Runtime): Promise<number> => {
  const counts = await runtime.counts()
  return counts.reduce((n, c) => n + (c.what === 'in' && c.hop.startsWith('rows/item') ? c.n : 0), 0)
}

/** Writes items: they wait, so that nothing but the split is measured. */
export const durableSplit = async (n: number): Promise<Sample> => {
  const file = freshFile('split')
  const { runtime, give } = await started(file, (hook) =>
    flow('import')
      .from(hook)
      .split(
        'rows',
        (b) => rows(b as number),
        (s) => s.delay('later', '1d').to(sink(() => {})),
      )
      .otherwise(byKind()),
  )
  const all = async (wanted: number): Promise<void> => {
    while ((await written(runtime)) < wanted) await sleep(2)
  }
  await give(n / 10)
  await all(n / 10)
  const before = commitsOf(file)
  const took = await seconds(async () => {
    await give(n)
    await all(n + n / 10)
  })
  const commits = commitsOf(file) - before
  await runtime.stop()
  return { 'per s': n / took, 'commits each': commits / n }
}

/** Writes items and works them off, one hop each. */
export const durableSplitAndItems = async (n: number): Promise<Sample> => {
  const file = freshFile('split-items')
  let effects = 0
  const { runtime, give } = await started(file, (hook) =>
    flow('import')
      .from(hook)
      .split(
        'rows',
        (b) => rows(b as number),
        sink(() => effects++),
      )
      .otherwise(byKind()),
  )
  const all = async (wanted: number): Promise<void> => {
    while (effects < wanted || !runtime.idle) await sleep(2)
  }
  await give(n / 10)
  await all(n / 10)
  const took = await seconds(async () => {
    await give(n)
    await all(n + n / 10)
  })
  await runtime.stop()
  return { 'per s': n / took }
}

const sink = (called: () => void): Target<Json, Json> =>
  target<Json, Json, never, 'idempotent'>({
    name: 'sink',
    destination: createDestination({ name: 'sink', concurrency: 64 }),
    effect: 'idempotent',
    async call() {
      called()
      return { result: right(null), seen: { as: 'ok' } }
    },
  })
