import {
  byKind,
  createRuntime,
  flow,
  memoryJournal,
  memoryStore,
  type Clock,
  type Deployable,
  type Journal,
  type MemoryStore,
  type RuntimeOptions,
  type Source,
} from '../../src/index.js'
import { incarnation } from '../../src/testing/incarnation.js'
import { virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { keptLog } from '../runtime/kept-log.js'
import { counted } from '../semantics/counted.js'
import { fine, type Remote } from '../semantics/remote.js'

/** A virtual clock whose face can be set, as a machine's can: what waits, waits on. */
export interface FacedClock extends Clock {
  /** Sets the face forward, or back. */
  set(by: number): void
}

export const faced = (clock: Clock): FacedClock => {
  let off = 0
  return {
    now: () => clock.now() + off,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    after: (ms, f, options) => clock.after(ms, f, options),
    soon: (f) => clock.soon(f),
    set: (by) => void (off += by),
  }
}

/** One process of a service with one source, and what it was given. */
export interface Service<A> {
  readonly clock: VirtualClock
  readonly log: ReturnType<typeof keptLog>
  readonly to: Remote<A, never>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** As a kill would. */
  readonly crash: () => void
  /** Bodies that were delivered. */
  readonly bodies: () => readonly A[]
  /** Entries that waited at the first hop, ever. */
  readonly accepted: () => Promise<number>
  readonly dead: () => Promise<readonly { readonly body: unknown; readonly error: string }[]>
}

export interface ServiceOptions<A> {
  readonly clock?: VirtualClock
  /** Between the virtual clock and the service. */
  readonly face?: (clock: Clock) => Clock
  readonly store?: MemoryStore
  readonly journal?: (clock: Clock) => Journal
  readonly to?: Remote<A, never>
  readonly runtime?: Partial<RuntimeOptions>
  readonly processes?: 'one' | 'many'
}

export const service = <A>(source: Source<A>, o: ServiceOptions<A> = {}): Service<A> => {
  const clock = o.clock ?? virtualClock()
  const life = incarnation(clock)
  const seen = o.face?.(life) ?? life
  const store = o.store ?? memoryStore()
  const journal = o.journal?.(seen) ?? memoryJournal({ clock: seen, store, processes: o.processes ?? 'one' })
  const to = o.to ?? fine<A>('to')
  const flows: Deployable[] = [flow('f').from(source).to(to).otherwise(byKind())]
  const log = keptLog()
  const runtime = createRuntime({ flows, journal, clock: seen, log, ...o.runtime })
  return {
    clock,
    log,
    to,
    start: () => runtime.start(),
    async stop() {
      let over = false
      const stopped = runtime.stop().finally(() => (over = true))
      while (!over) await clock.advanceBy(100)
      await stopped
    },
    crash: () => life.kill(),
    bodies: () => to.calls.map((c) => c.input),
    accepted: async () => counted(await runtime.counts(), 'in'),
    dead: async () =>
      (await runtime.deadLetters.list({ limit: 1000 })).map((d) => ({
        body: d.body,
        error: d.errors.at(-1)?._tag ?? '',
      })),
  }
}
