import type { Deployable } from '../../src/index.js'
import { MemoryStore, memoryStore } from '../../src/journal/memory-store.js'
import { memoryJournal } from '../../src/journal/memory.js'
import { testFlow, type FlowTest, type TestOptions } from '../../src/testing/index.js'

/** A flow under test, and the names of the state that its nodes keep. */
export const watched = (
  flow: Deployable,
  options: Omit<TestOptions, 'journal'> = {},
): { readonly t: FlowTest; state(): readonly string[] } => {
  const store = memoryStore()
  const t = testFlow(flow, { ...options, journal: (clock) => memoryJournal({ clock, store }) })
  const state = (): readonly string[] =>
    [...MemoryStore.diskOf(store).state.keys()].filter((name) => name.startsWith(`${flow.name}/`))
  return { t, state }
}
