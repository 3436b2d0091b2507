import type { Pause } from '../operate/controlled.js'

/** How a runtime is. Readiness is about the journal, never about a destination. */
export interface Health {
  /** `ready`: it takes and works on messages. */
  readonly status: 'starting' | 'ready' | 'troubled' | 'stopping' | 'stopped'
  /** Whether the last commit and the last claim went through, and no message failed to be stored within the last second. */
  readonly journal: 'ok' | 'failing'
  /** Entries waiting or in hand: never fewer than there are, and exact again a second after the last load. */
  readonly pending: number
  /** Attempts in flight. */
  readonly inFlight: number
  /** What somebody paused. It fails no readiness. */
  readonly paused: readonly Pause[]
  /** Destinations that take no calls of themselves, with the epoch milliseconds until which. */
  readonly parked: readonly { readonly destination: string; readonly until: number }[]
  /** Entries that wait on flows or hops that are not deployed. */
  readonly orphans: number
}
