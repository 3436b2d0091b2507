import type { Point } from './points.ts'

/** A kill or a stop as it was. */
export interface Done {
  /** Epoch milliseconds. */
  readonly at: number
  readonly slot: string
  /** The life that was hit. */
  readonly life: string
  readonly point: Point | 'stopped for longer than a lease'
  /** Whether something was leased or unanswered. */
  readonly counted: boolean
  /** Entries that the process had in its hands. */
  readonly inHand: readonly string[]
}

/** What a run did to its processes. */
export interface Violence {
  readonly done: readonly Done[]
  /** Entries that a process found to be another's when it came to settle them. */
  readonly lost: readonly string[]
  /** Processes that ended without being asked to, and what they had to say. */
  readonly fell: readonly string[]
  /** The largest that the log of writes has been: bytes. */
  readonly walBytes: number
  /** Entries that one process may have in hand at once. */
  readonly inFlight: number
}

export const isKill = ({ point }: Done): boolean => point !== 'stopped for longer than a lease'
