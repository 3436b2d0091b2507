import { join } from 'node:path'

/** A fault of the harness's own, around a journal that is sound. The checker must find each of them. */
export type Mutant = 'acknowledge-before-store' | 'emit-outside-the-commit' | 'unfenced-lease'

/** What a run does. */
export interface Plan {
  /** The program that the processes run. Left out: `process.ts`, on the built package. */
  readonly program?: string
  readonly directory: string
  readonly processes: 'one' | 'many'
  /** How many messages must have been acknowledged at the end. */
  readonly messages: number
  /** How many kills must have met an unanswered accept. */
  readonly producerKills: number
  /** How many kills must have met a leased entry. */
  readonly workerKills: number
  /** How many stops, longer than a lease, must have met a leased entry. */
  readonly stops: number
  readonly leaseMs: number
  readonly stopMs: number
  /** Entries in hand at once, per process. */
  readonly concurrency: number
  /** Accepts in flight at once. */
  readonly lanes: number
  /** Each lane's pause between two accepts. */
  readonly pauseMs: number
  readonly mutant?: Mutant
}

/** What a process of a run is told. */
export interface Part extends Plan {
  readonly role: 'producer' | 'worker' | 'both'
  readonly name: string
}

/** The hops of the run: `in` emits one entry to each receiver. */
export const FLOW = 'crash'
export const RECEIVERS: readonly string[] = ['a', 'b']

/** Where a run keeps its things. */
export interface Files {
  readonly journal: string
  readonly begun: string
  readonly acknowledged: string
  effects(receiver: string): string
  hands(name: string): string
}

export const files = (directory: string): Files => ({
  journal: join(directory, 'journal.db'),
  begun: join(directory, 'begun.log'),
  acknowledged: join(directory, 'acknowledged.log'),
  effects: (receiver) => join(directory, `effects-${receiver}.log`),
  hands: (name) => join(directory, `hands-${name}.log`),
})
