import { checkMade } from '../message/check-made.js'
import { systemClock, type Clock } from '../ports/clock.js'
import type { Journal } from '../ports/journal.js'
import { MemoryJournal } from './memory-journal.js'
import { MemoryStore, memoryStore } from './memory-store.js'

/** Options of `memoryJournal`. */
export interface MemoryJournalOptions {
  /** Where it takes its time from. The machine's clock when left out. */
  readonly clock?: Clock
  /** What it works on. A store of its own when left out. */
  readonly store?: MemoryStore
  /**
   * `one`, the default: opening a journal takes the store over from whoever had it, which is how a crash is played;
   * leases end with their holder, never by time. `many`: several journals work on one store, and leases end by time.
   */
  readonly processes?: 'one' | 'many'
}

/**
 * A journal in memory, for tests and for flows whose messages may be lost with the process. It keeps the whole contract
 * of the port: bodies stay text and every other value is kept as text, so nothing is shared by reference.
 */
export const memoryJournal = (options: MemoryJournalOptions = {}): Journal => {
  const { clock = systemClock, store = memoryStore(), processes = 'one' } = options
  if (processes !== 'one' && processes !== 'many')
    throw new TypeError(
      `memoryJournal: processes: expected 'one' or 'many', got ${JSON.stringify(processes)}`,
    )
  checkMade('memoryJournal: clock', 'a clock', clock, 'now')
  if (!(store instanceof MemoryStore))
    throw new TypeError(`memoryJournal: store: expected a store, made by memoryStore(), got ${typeof store}`)
  return new MemoryJournal(MemoryStore.diskOf(store), clock, processes)
}
