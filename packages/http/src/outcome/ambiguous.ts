import type { Effect } from '@xconnector/core'

/** The kind of an outcome that nobody can be sure of: a read may simply be done again. */
export const ambiguous = (effect: Effect): 'transient' | 'unknown' =>
  effect === 'none' ? 'transient' : 'unknown'
