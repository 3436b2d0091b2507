import type { Law } from '../law.js'
import { alertsWithVerdicts } from './alerts-with-verdicts.js'
import { attemptsWhileParked } from './attempts-while-parked.js'
import { effectsHaveOneKey } from './effects-have-one-key.js'
import { joinsCountOnce } from './joins-count-once.js'
import { latestNeverGoesBack } from './latest-never-goes-back.js'
import { leasesAreFenced } from './leases-are-fenced.js'
import { nothingLost } from './nothing-lost.js'
import { onlyWhatFailed } from './only-what-failed.js'
import { orderPerKey } from './order-per-key.js'
import { quietAfterStop } from './quiet-after-stop.js'
import { unsafeOncePerOutcome } from './unsafe-once-per-outcome.js'

/** What must hold of every flow, whatever it does. That everything drains is always asked. */
export interface Laws {
  readonly nothingLost: Law
  readonly onlyWhatFailed: Law
  readonly effectsHaveOneKey: Law
  readonly unsafeOncePerOutcome: Law
  readonly orderPerKey: Law
  readonly latestNeverGoesBack: Law
  readonly joinsCountOnce: Law
  readonly alertsWithVerdicts: Law
  readonly quietAfterStop: Law
  readonly attemptsWhileParked: Law
  readonly leasesAreFenced: Law
  /** All of them: where a flow has nothing that a law speaks of, it holds. */
  readonly all: readonly Law[]
}

/** The built-in laws. */
export const laws: Laws = {
  nothingLost,
  onlyWhatFailed,
  effectsHaveOneKey,
  unsafeOncePerOutcome,
  orderPerKey,
  latestNeverGoesBack,
  joinsCountOnce,
  alertsWithVerdicts,
  quietAfterStop,
  attemptsWhileParked,
  leasesAreFenced,
  all: [
    leasesAreFenced,
    nothingLost,
    onlyWhatFailed,
    effectsHaveOneKey,
    unsafeOncePerOutcome,
    orderPerKey,
    latestNeverGoesBack,
    joinsCountOnce,
    alertsWithVerdicts,
    attemptsWhileParked,
    quietAfterStop,
  ],
}
