import type { Count } from '@xconnector/core'
import { SYSTEMS } from '../shared/systems.ts'

/** Where a run stands, by the service's own counts. */
export interface Standing {
  readonly pending: number
  readonly delivered: number
  readonly superseded: number
  /** Messages that are over, in thirds: one for each target. */
  readonly over: number
}

export const standingOf = (counts: readonly Count[]): Standing => {
  const sum = (is: (c: Count) => boolean): number => counts.reduce((n, c) => n + (is(c) ? c.n : 0), 0)
  const isBranch = ({ hop }: Count): boolean => SYSTEMS.some((system) => hop.split('/')[0] === system)
  const isEnd = ({ what }: Count): boolean => what !== 'in' && what !== 'waiting'
  return {
    pending: sum((c) => c.what === 'waiting'),
    delivered: sum((c) => isBranch(c) && c.what === 'delivered'),
    superseded: sum((c) => c.what === 'superseded'),
    over:
      sum((c) => !isBranch(c) && isEnd(c) && c.what !== 'delivered') +
      sum((c) => isBranch(c) && isEnd(c)) / SYSTEMS.length,
  }
}
