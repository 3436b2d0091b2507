import { memoryJournal, type Clock, type Journal, type Settlement } from '../../src/index.js'
import { MemoryStore, memoryStore } from '../../src/journal/memory-store.js'

/** A memory journal that survives restarts, and what was written to it. */
export interface SeenJournal {
  readonly journal: (clock: Clock) => Journal
  /** Settlements, in order. */
  readonly settled: Settlement[]
  /** How many entries each settlement of a message emitted, those without any left out. */
  emitted(): readonly number[]
  /** Names of the state that is kept, those of flows left out. */
  state(): readonly string[]
}

export const seenJournal = (): SeenJournal => {
  const store = memoryStore()
  const settled: Settlement[] = []
  return {
    settled,
    journal(clock) {
      const real = memoryJournal({ clock, store })
      return new Proxy(real, {
        get(target, name) {
          if (name === 'commit')
            return (batch: readonly Settlement[]) => {
              settled.push(...batch)
              return target.commit(batch)
            }
          const found: unknown = Reflect.get(target, name, target)
          return typeof found === 'function' ? (found as () => unknown).bind(target) : found
        },
      })
    },
    emitted: () =>
      settled.flatMap((s) => (s.emit === undefined || s.emit.length === 0 ? [] : [s.emit.length])),
    state: () =>
      [...MemoryStore.diskOf(store).state.keys()].filter((n) => n !== 'flows' && !n.startsWith('flow:')),
  }
}

/** Whole numbers from 0, as items. */
export const numbers = (n: number): { readonly n: number }[] =>
  Array.from({ length: n }, (_, i) => ({ n: i }))
