import { isKill } from '../violence.ts'
import type { Evidence } from './evidence.ts'
import { Facts } from './facts.ts'
import { accounted } from './rules/accounted.ts'
import { acknowledgements } from './rules/acknowledgements.ts'
import { books } from './rules/books.ts'
import { ground } from './rules/ground.ts'
import { groups } from './rules/groups.ts'
import { joins } from './rules/joins.ts'
import { letters } from './rules/letters.ts'
import { latest, order } from './rules/order.ts'
import { receipts } from './rules/receipts.ts'
import { excess, repeats } from './rules/repeats.ts'
import { runs } from './rules/runs.ts'
import type { Violation } from './violation.ts'

/** What a run came to. */
export interface Verdict {
  readonly figures: Figures
  /** Empty: it is sound. */
  readonly violations: readonly Violation[]
}

/** The numbers of a run. */
export interface Figures {
  readonly kills: number
  readonly stops: number
  readonly acknowledged: number
  /** Acknowledgements of what had been acknowledged. */
  readonly again: number
  readonly effects: number
  readonly repeats: number
  /** The most repeats that there may be. */
  readonly bound: number
  /** Dead letters, by tag. */
  readonly dead: Readonly<Record<string, number>>
  readonly waiting: number
  /** Leases that were lost to another process. */
  readonly fenced: number
  readonly walBytes: number
}

const RULES = [
  ground,
  acknowledgements,
  accounted,
  repeats,
  order,
  latest,
  joins,
  groups,
  runs,
  receipts,
  books,
  letters,
]

/** Judges a run by what it has left. */
export const judge = (evidence: Evidence): Verdict => {
  const facts = new Facts(evidence)
  return { figures: figuresOf(facts), violations: RULES.flatMap((rule) => rule(facts)) }
}

const figuresOf = (facts: Facts): Figures => {
  const { violence, acknowledged } = facts.evidence
  const counted = violence.done.filter((one) => one.counted)
  const dead: Record<string, number> = {}
  let waiting = 0
  for (const { standing, tag } of facts.open.values()) {
    if (standing === 'dead') dead[tag ?? '?'] = (dead[tag ?? '?'] ?? 0) + 1
    else waiting++
  }
  return {
    kills: counted.filter(isKill).length,
    stops: counted.filter((one) => !isKill(one)).length,
    acknowledged: facts.told.size,
    again: acknowledged.length - facts.told.size,
    effects: [...facts.effects.values()].reduce((sum, all) => sum + all.length, 0),
    repeats: [...facts.effects.values()].reduce((sum, all) => sum + excess(all), 0),
    bound: violence.done.length * violence.inFlight + violence.lost.length,
    dead,
    waiting,
    fenced: violence.lost.length,
    walBytes: violence.walBytes,
  }
}
