import type { Json } from '../message/json.js'
import { FLOWS, readFlowNames } from '../operate/flow-names.js'
import type { FlowDescription } from '../plan/describe.js'
import type { Journal, StateMove, Stored } from '../ports/journal.js'

/** Stores what flows look like, and their names, for whoever reads the journal later. What is there already stays. */
export const storeDescriptions = async (
  journal: Pick<Journal, 'read' | 'accept'>,
  flows: readonly FlowDescription[],
): Promise<void> => {
  const values = new Map(flows.map((d) => [`flow:${d.flow}`, d as unknown as Json]))
  for (;;) {
    const known = await journal.read([...values.keys(), FLOWS])
    const before = readFlowNames(known[FLOWS]?.value)
    const names = [...new Set([...before, ...flows.map((d) => d.flow)])].sort()
    const state = [...values].flatMap(([name, value]) => moved(name, value, known[name]))
    if (names.length > before.length) state.push(...moved(FLOWS, names, known[FLOWS]))
    // Another process that starts at the same time may store its own.
    if (state.length === 0 || (await journal.accept([], { state })) !== 'conflict') return
  }
}

const moved = (name: string, value: Json, before: Stored | undefined): readonly StateMove[] =>
  before !== undefined && JSON.stringify(before.value) === JSON.stringify(value)
    ? []
    : [{ name, expect: before?.version ?? 0, value }]
