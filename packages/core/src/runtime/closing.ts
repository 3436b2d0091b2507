import type { Clock } from '../ports/clock.js'
import type { HopRef, Journal } from '../ports/journal.js'
import type { NodeState } from './node-state.js'
import type { Registry } from './registry.js'
import { waitingAt } from './waiting-at.js'

/** What completing at a stop needs of the runtime. */
export interface ClosingPorts {
  readonly clock: Clock
  readonly journal: Journal
  readonly nodes: NodeState
  readonly registry: Registry
  /** Nothing is in hand, and nothing that is due waits. */
  idle(): boolean
  /** Something may have become claimable. */
  wake(): void
  trouble(thrown: unknown): void
}

/** How often it is asked whether all is at rest: milliseconds. */
const ASK = 5

/** Groups may be opened while others are being completed; more often than this nobody looks. */
const ROUNDS = 3

/**
 * Sources have stopped, hops still run: completes what wants to be complete before the runtime stops, and lets it be
 * delivered, until a time. What is not done by then stays in the journal.
 */
export const completeAtStop = async (p: ClosingPorts, until: number): Promise<void> => {
  const hops = p.registry.all().flatMap(([ref, { hop }]): HopRef[] => {
    const { end } = hop
    return end.as === 'node' && end.enter === end.node.entrances?.[end.node.atStop ?? ''] ? [ref] : []
  })
  if (hops.length === 0) return
  const rest = async (): Promise<void> => {
    while (!p.idle() && p.clock.now() < until) await p.clock.sleep(ASK)
  }
  await rest()
  p.nodes.stopping = true
  try {
    for (let round = 0; round < ROUNDS && p.clock.now() < until; round++) {
      const found = await Promise.all(hops.map((hop) => waitingAt(p.journal, hop)))
      const wake = found.flat().map(({ id }) => id)
      if (wake.length === 0) return
      await p.journal.accept([], { wake })
      p.wake()
      await rest()
    }
  } catch (thrown) {
    p.trouble(thrown)
  }
}
