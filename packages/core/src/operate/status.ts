import type { Act } from './acts.js'
import type { Pause } from './controlled.js'

/** How a journal and its flows stand. Everything a person looks at first. Times are epoch milliseconds. */
export interface Status {
  readonly at: number
  readonly flows: readonly FlowStatus[]
  readonly destinations: readonly DestinationStatus[]
  readonly paused: readonly Pause[]
  /** What people did last, the latest first: at most 50. */
  readonly acts: readonly Act[]
  /** Entries of hops that no stored flow description knows. */
  readonly orphans: readonly HopStatus[]
}

export interface FlowStatus {
  readonly flow: string
  /** Of the description that the last start stored. */
  readonly version: number
  readonly source?: string
  readonly hops: readonly HopStatus[]
}

export interface HopStatus {
  readonly flow: string
  readonly hop: string
  /** Written since ever; in = done + dead + waiting. */
  readonly in: number
  /** By reason. */
  readonly done: Readonly<Record<string, number>>
  /** Dead letters of now. */
  readonly dead: number
  /** Ready, in hand or joining. */
  readonly waiting: number
  /** Of those, in hand; undefined where only the owning process knows, and it was not asked. */
  readonly inFlight?: number
  /** When the oldest that waits was written. */
  readonly oldest?: number
  readonly paused: boolean
  /** The destination that its effect goes to. */
  readonly destination?: string
}

export interface DestinationStatus {
  readonly destination: string
  readonly state: 'open' | 'parked' | 'paused'
  /** When a parking ends. */
  readonly until?: number
  /** `asked`: the remote named a time. `failing`: calls to it failed. */
  readonly why?: 'asked' | 'failing'
}
