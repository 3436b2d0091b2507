import type { Json } from '../message/json.js'

/** What the lease of a source says. */
export interface LeaseValue {
  /** The runtime that holds it. */
  readonly owner: string
  /** Epoch milliseconds. */
  readonly until: number
}

export const leaseJson = (v: LeaseValue): Json => ({ ...v })
