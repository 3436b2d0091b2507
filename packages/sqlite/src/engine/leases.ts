import type { ClaimQuery, Claims, Lease } from '@xconnector/core'
import type { Slim } from './row.js'

/** Who holds which entry: in memory where one process works, in rows where many do. */
export interface Leases {
  /** Whether a claim writes: then it belongs inside the transaction, and one alone asks `idle` first. */
  readonly write: boolean
  /** What a claim gives that finds nothing to take; undefined where it may find something. Only reads. */
  idle(query: ClaimQuery, now: number): Claims | undefined
  claim(query: ClaimQuery, now: number): Claims
  /** The entry behind a lease; undefined where the lease is lost. */
  find(lease: Lease): Slim | undefined
  /** Whether a row that says ready is in somebody's hands. */
  isHeld(seq: number): boolean
  /** How many entries are in hand, by the hop's number; hops with none are left out. Only reads. */
  held(): readonly { readonly hop: number; readonly n: number }[]
  /** Moves the end of a lease. false: lost. */
  extend(lease: Lease, until: number): boolean
  /** The holder settled the entry, or the entry is gone. */
  release(seq: number): void
  /** The holder gives it back unharmed: neither an outcome nor a claim. */
  back(seq: number): void
  /** What was released stays so. */
  committed(): void
  /** What was released is held again. */
  undone(): void
  /** Gives back whatever is still held at a clean end. Only in a transaction. */
  end(now: number): void
}

/** `seq.boot.number`: no two claims ever have the same. */
export const tokenOf = (seq: number, fence: string): string => `${seq}.${fence}`

/** What a token says; undefined where it is none. */
export const parseToken = (token: string): { readonly seq: number; readonly fence: string } | undefined => {
  const cut = token.indexOf('.')
  const seq = Number(token.slice(0, cut))
  return cut < 1 || !Number.isInteger(seq) ? undefined : { seq, fence: token.slice(cut + 1) }
}
