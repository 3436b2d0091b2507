import { memoryJournal } from '../journal/memory.js'
import { memoryStore } from '../journal/memory-store.js'
import type { Deployable } from '../route/deployable.js'
import type { Accepted } from '../source/source.js'
import type { Interleaver } from './interleaver.js'
import { testFlow, type FlowTest, type Report, type SendOptions, type TestOptions } from './test-flow.js'

/** Options of a cluster: those of `testFlow`, for every process. */
export interface ClusterOptions extends Omit<TestOptions, 'journal' | 'interleave' | 'seed'> {
  /** How many. */
  readonly processes: number
  /** Makes the journal of one process, again at each restart. Default: a memory journal on the cluster's store. */
  readonly journal?: TestOptions['journal']
  readonly interleave: Interleaver
}

/** A flow in several processes on one store. */
export interface Cluster extends AsyncDisposable {
  readonly processes: readonly FlowTest[]
  /** Starts all of them. */
  start(): Promise<void>
  /** Sends a message to one of them, by chance, and does not wait. */
  give(raw: unknown, options?: SendOptions): Promise<Accepted>
  /** Runs until everything is at rest in all of them; what was delivered and alerted is that of all of them. */
  settle(): Promise<Report>
  stop(): Promise<void>
}

/** Puts a flow under test in several processes. */
export const cluster = (flow: Deployable, options: ClusterOptions): Cluster => {
  const { processes: n, interleave, ...rest } = options
  if (!Number.isSafeInteger(n) || n < 1)
    throw new TypeError(`cluster: processes: expected a whole number of 1 or more, got ${n}`)
  const store = memoryStore()
  const journal: TestOptions['journal'] =
    options.journal ?? ((clock) => memoryJournal({ clock, store, processes: 'many' }))
  const processes = Array.from({ length: n }, () =>
    testFlow(flow, { ...rest, seed: interleave.draw(), journal, interleave }),
  )
  const start = async (): Promise<void> => void (await Promise.all(processes.map((t) => t.run(0))))
  const stop = async (): Promise<void> => void (await Promise.all(processes.map((t) => t.stop())))
  return {
    processes,
    start,
    stop,
    give: (raw, o) => processes[Math.floor(interleave.random.next() * n)]!.give(raw, o),
    async settle() {
      const from = interleave.clock.now()
      await interleave.clock.settle(() => processes.every((t) => t.runtime.idle))
      const reports = await Promise.all(processes.map((t) => t.settle()))
      return {
        ...reports[0]!,
        delivered: reports.flatMap((r) => r.delivered).toSorted((a, b) => a.at - b.at),
        alerts: reports.flatMap((r) => r.alerts),
        virtualMs: interleave.clock.now() - from,
      }
    },
    [Symbol.asyncDispose]: stop,
  }
}
