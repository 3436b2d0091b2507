import { acceptCases } from './accept-cases.js'
import { claimCases } from './claim-cases.js'
import type { ContractCase, JournalMaker, JournalManyMaker } from './contract.js'
import { crashCases } from './crash-cases.js'
import { dedupeCases } from './dedupe-cases.js'
import { eraseCases } from './erase-cases.js'
import { findCases } from './find-cases.js'
import { joinCases } from './join-cases.js'
import { latestCases } from './latest-cases.js'
import { lawCases } from './law-cases.js'
import { leaseCases } from './lease-cases.js'
import { letterCases } from './letter-cases.js'
import { lifeCases } from './life-cases.js'
import { manyCases } from './many-cases.js'
import { orderCases } from './order-cases.js'
import { reopenCases } from './reopen-cases.js'
import { retentionCases } from './retention-cases.js'
import { opened, unopened } from './scene.js'
import { settleCases } from './settle-cases.js'
import { stateCases } from './state-cases.js'
import { wakeCases } from './wake-cases.js'

/** Options of `journalContract`. */
export interface JournalContractOptions {
  /** How many walks at random the law of accounting is held against; 200 when left out. */
  readonly walks?: number
}

/**
 * What every journal must do, as a list of named cases for any test runner. Each case makes a journal of its own by
 * `fresh`, takes all time from a clock that stands still until the case moves it, and rejects when its sentence does
 * not hold.
 */
export const journalContract = (
  maker: JournalMaker,
  { walks = 200 }: JournalContractOptions = {},
): readonly ContractCase[] => {
  checkMaker('journalContract', maker)
  const it = opened(maker)
  return [
    ...lifeCases(unopened(maker)),
    ...[acceptCases, dedupeCases, claimCases, leaseCases, settleCases, wakeCases, stateCases].flatMap(
      (cases) => cases(it),
    ),
    ...[orderCases, latestCases, joinCases, reopenCases, letterCases].flatMap((cases) => cases(it)),
    ...[retentionCases, findCases, eraseCases, crashCases].flatMap((cases) => cases(it)),
    ...lawCases(it, walks),
  ]
}

/** What a journal made for several processes must do beside that: leases that run out, fencing, waking the others. */
export const journalManyContract = (maker: JournalManyMaker): readonly ContractCase[] => {
  checkMaker('journalManyContract', maker)
  return manyCases(maker)
}

const checkMaker = (what: string, maker: unknown): void => {
  const { fresh } = (maker ?? {}) as { readonly fresh?: unknown }
  if (typeof fresh !== 'function')
    throw new TypeError(`${what}: maker.fresh: expected a function that makes a journal, got ${typeof fresh}`)
}
