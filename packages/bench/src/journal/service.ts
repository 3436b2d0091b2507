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
  type Journal,
  type Runtime,
  type Source,
  type Target,
} from '@xconnector/core'
import { messages } from './message.ts'

/** A runtime with one flow, and its intake in hand. */
export interface Service {
  readonly runtime: Runtime
  /** Gives message `i` to the intake; resolves when it is durable. */
  accept(i: number): Promise<string>
  /** Effects that have taken place. */
  delivered(): number
  /** Resolves when so many effects have taken place and nothing is left to write. */
  finished(effects: number): Promise<void>
}

/** How many effects one message has: one, or three by a fan-out. */
export type Shape = 1 | 3

export interface ServiceOptions {
  readonly journal: Journal
  readonly shape: Shape
  readonly role?: 'accept' | 'work'
  /** Attempts in flight of a hop. Default 64. */
  readonly concurrency?: number
  /** In front of the dedupe keys: a process has its own. */
  readonly keys?: string
}

/** A service with a flow whose targets do nothing, asynchronously. */
export const service = (o: ServiceOptions): Service => {
  const concurrency = o.concurrency ?? 64
  let effects = 0
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
  const to = (name: string): Target<Json, Json> =>
    target<Json, Json, never, 'idempotent'>({
      name,
      destination: createDestination({ name, concurrency }),
      effect: 'idempotent',
      async call() {
        effects++
        return { result: right(null), seen: { as: 'ok' } }
      },
    })
  const start = flow('assets').from(hook)
  const deployed: Deployable =
    o.shape === 1
      ? start.to(to('site')).otherwise(byKind())
      : start.fanOut({ site: to('site'), search: to('search'), archive: to('archive') }).otherwise(byKind())
  const runtime = createRuntime({
    flows: [deployed],
    journal: o.journal,
    concurrency: { total: concurrency * o.shape, perHop: concurrency },
    maxPending: 1_000_000,
    ...(o.role && { role: o.role }),
  })
  return {
    runtime,
    async accept(i) {
      const [answer] = await intake!.accept([
        {
          raw: messages[i % messages.length]!,
          type: 'asset.published',
          dedupe: `${o.keys ?? ''}${(i * 7919) % 1_000_003}-${i}`,
          undecodable: 'dead-letter',
        },
      ])
      if (answer?.as !== 'accepted') throw new Error(`message ${i} was ${answer?.as ?? 'lost'}`)
      return answer.id
    },
    delivered: () => effects,
    async finished(wanted) {
      while (effects < wanted || !runtime.idle) await sleep(1)
    },
  }
}
