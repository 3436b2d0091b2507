import type { Parked } from './step.js'

/**
 * Whether something ends an attempt without an outcome, for its destination is parked. Steps that call others inside of them
 * hand it on as it is, on the left.
 */
export const isParked = (value: unknown): value is Parked =>
  typeof value === 'object' && value !== null && (value as Partial<Parked>)._tag === 'Parked'
