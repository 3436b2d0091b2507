import { setTimeout as sleep } from 'node:timers/promises'
import {
  byKind,
  createDestination,
  createRuntime,
  decodeWith,
  flow,
  right,
  target,
  type Intake,
  type Journal,
  type Json,
  type Logger,
  type Runtime,
  type Source,
  type Target,
} from '@xconnector/core'
import * as t from 'io-ts'

/** An edition of an asset, as its webhook carries it. */
const Edition = t.type({ uid: t.string, version: t.number, text: t.string })
type Edition = t.TypeOf<typeof Edition>

/** Of a body's JSON, about. */
export const BODY_BYTES = 2048

const CONCURRENCY = 64
const nothing = (): void => {}
// A dead letter warns, and there are some on purpose.
const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const text = 'x'.repeat(BODY_BYTES - 50)

/** The body of message `i`. */
export const bodyOf = (i: number): Json => ({ uid: `blt${i}`, version: 1, text })

/** A runtime whose flow is that of the main job, in small: newest version of each asset, to two targets that do nothing. */
export interface BacklogService {
  readonly runtime: Runtime
  /** Gives a batch of messages to the intake; resolves when they are durable. */
  accept(raws: readonly Json[]): Promise<void>
  /** Deliveries so far. */
  delivered(): number
  /** Resolves when so many deliveries have been made. */
  finished(deliveries: number): Promise<void>
}

/** A service on a journal. `accept` fills it, `work` works it off. */
export const backlogService = (journal: Journal, role: 'accept' | 'work'): BacklogService => {
  let delivered = 0
  let intake: Intake | undefined
  const source: Source<Edition> = {
    name: 'published assets',
    single: false,
    decode: decodeWith(Edition),
    start(given) {
      intake = given
      return { stop() {} }
    },
  }
  const to = (name: string): Target<Edition, null> =>
    target<Edition, null, never, 'idempotent'>({
      name,
      destination: createDestination({ name, concurrency: CONCURRENCY }),
      effect: 'idempotent',
      async call() {
        delivered++
        return { result: right(null), seen: { as: 'ok' } }
      },
    })
  const assets = flow('assets')
    .from(source, { latest: { key: ({ uid }) => uid, version: ({ version }) => version } })
    .fanOut({ vip: to('vip'), site: to('site') })
    .otherwise(byKind())
  const runtime = createRuntime({
    flows: [assets],
    journal,
    role,
    maxPending: Number.MAX_SAFE_INTEGER,
    log: silent,
  })
  return {
    runtime,
    async accept(raws) {
      await intake!.accept(raws.map((raw) => ({ raw, type: 'asset.publish', undecodable: 'dead-letter' })))
    },
    delivered: () => delivered,
    async finished(wanted) {
      while (delivered < wanted) await sleep(1)
    },
  }
}
