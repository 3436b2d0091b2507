import type { Journal, Judged, NewEntry, Settlement } from '@xconnector/core'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Mutant } from './plan.ts'

/** How the processes of a run use the journal: soundly, or with one fault. */
export interface Hooks {
  accept(entry: NewEntry, acknowledge: () => Promise<void>): Promise<void>
  settle(settlement: Settlement & { readonly as: 'done' }): Promise<Judged>
  /** How long an entry is in hand before anything is done with it. */
  readonly handMs: number
}

const WINDOW_MS = 20

const sound = (journal: Journal): Hooks => ({
  handMs: 5,
  async accept(entry, acknowledge) {
    await journal.accept([entry])
    await acknowledge()
  },
  async settle(settlement) {
    const [judged] = await journal.commit([settlement])
    return judged ?? 'fenced'
  },
})

/** The journal as it is, or as it would be with a fault that is planted here. */
export const hooksOn = (journal: Journal, mutant: Mutant | undefined): Hooks => {
  const base = sound(journal)
  switch (mutant) {
    case undefined:
      return base
    case 'acknowledge-before-store':
      return {
        ...base,
        async accept(entry, acknowledge) {
          await acknowledge()
          await sleep(WINDOW_MS)
          await journal.accept([entry])
        },
      }
    case 'emit-outside-the-commit':
      return {
        ...base,
        async settle({ emit, ...settlement }) {
          const judged = await base.settle(settlement)
          await sleep(WINDOW_MS)
          if (judged === 'ok' && emit !== undefined) await journal.accept(emit)
          return judged
        },
      }
    case 'unfenced-lease':
      return {
        ...base,
        handMs: WINDOW_MS,
        async settle(settlement) {
          const judged = await base.settle(settlement)
          if (judged !== 'fenced') return judged
          await journal.accept(settlement.emit ?? [])
          await journal.admin.discard([settlement.lease.id], 'discarded')
          return 'ok'
        },
      }
  }
}
