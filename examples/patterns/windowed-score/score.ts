import type { Windowed } from '@xconnector/core/patterns'
import type { Priority } from './systems.ts'

/** A signal, as far as its score goes. */
export interface Scored {
  readonly kind: 'traffic' | 'conversion' | 'support' | 'commerce'
  readonly count: number
}

/** How much of each kind there was. */
export type Tally = Readonly<Record<Scored['kind'], number>>

const NOTHING: Tally = { traffic: 0, conversion: 0, support: 0, commerce: 0 }
const POINTS: Tally = { traffic: 1, conversion: 20, support: 50, commerce: 10 }

export const tallyWith = (tally: Tally, { kind, count }: Scored): Tally => ({
  ...tally,
  [kind]: tally[kind] + count,
})

export const tallyOf = (signal: Scored): Tally => tallyWith(NOTHING, signal)

/** The priority of an entry in one hour. */
export const scored = ({ key, from, value, count, revision }: Windowed<Tally>): Priority => {
  const score = KINDS.reduce((sum, kind) => sum + POINTS[kind] * value[kind], 0)
  return {
    entry: key,
    hour: new Date(from).toISOString().slice(0, 13),
    score,
    level: LEVELS.find(([, least]) => score >= least)![0],
    signals: count,
    revision,
  }
}

const KINDS = ['traffic', 'conversion', 'support', 'commerce'] as const
const LEVELS = [
  ['urgent', 1000],
  ['high', 300],
  ['normal', 50],
  ['low', 0],
] as const
