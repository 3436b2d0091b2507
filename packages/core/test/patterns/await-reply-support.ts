import {
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  right,
  type Accepted,
  type Clock,
  type Deployable,
  type Intake,
  type Journal,
  type MemoryStore,
  type Source,
} from '../../src/index.js'
import { MemoryStore as Store } from '../../src/journal/memory-store.js'
import type { Correlation } from '../../src/patterns/correlation.js'
import { fine, type Remote } from '../semantics/remote.js'

/** A source that tests give messages to by hand, for a flow beside the one under test. */
export interface Hand<A> extends Source<A> {
  give(raw: A): Promise<Accepted>
}

export const hand = <A>(name: string): Hand<A> => {
  let intake: Intake | undefined
  return {
    name,
    single: false,
    decode: (raw) => right(raw as unknown as A),
    start(i) {
      intake = i
      return { stop() {} }
    },
    give: async (raw) =>
      (await intake!.accept([{ raw: raw as never, type: 'test', undecodable: 'dead-letter' }]))[0]!,
  }
}

/** What a page is translated to. */
export interface Translation {
  readonly text: string
  readonly of?: number
}

/** What a vendor tells. */
export interface Told {
  readonly job: string
  readonly text: string
  readonly by?: string
  readonly of?: number
  readonly version?: number
}

/** What asks. */
export interface Ask {
  readonly job: string
  readonly n: number
}

/** A flow that answers, and where it ends with what became of the answers. */
export interface Desk {
  readonly told: Hand<Told>
  readonly flow: Deployable
  readonly fates: Remote<{ readonly fate: string; readonly body: Told }, never>
  /** What became of the answers, in order. */
  readonly were: () => readonly string[]
}

export const desk = (of: Correlation<Translation>, by = false): Desk => {
  const told = hand<Told>('told')
  const fates = fine<{ readonly fate: string; readonly body: Told }>('fates')
  const made = flow('desk')
    .from(told)
    .through(
      of.answer({
        id: (t: Told) => t.job,
        reply: ({ text, of: n }): Translation => ({ text, ...(n !== undefined && { of: n }) }),
        ...(by && { by: (t: Told) => t.by ?? '', version: (t: Told) => t.version ?? 0 }),
      }),
    )
    .to(fates)
    .otherwise(deadLetter())
  return { told, flow: made, fates, were: () => fates.calls.map((c) => c.input.fate) }
}

/** Journals on a store that can be looked into. */
export interface Kept {
  readonly journal: (clock: Clock) => Journal
  readonly store: MemoryStore
  /** Names of the state that is left, but for what the runtime keeps of its flows. */
  readonly names: () => readonly string[]
}

export const kept = (): Kept => {
  const store = memoryStore()
  return {
    store,
    journal: (clock) => memoryJournal({ clock, store }),
    names: () => [...Store.diskOf(store).state.keys()].filter((n) => n !== 'flows' && !n.startsWith('flow:')),
  }
}
