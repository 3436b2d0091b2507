import { failing, rejecting, slow, whereTaken, type Behaviour } from '@xconnector/example-kit/behaviour'
import { chance } from '@xconnector/example-kit/chance'
import type { SystemName } from '../shared/evidence.ts'

/** One request to a system, as far as it matters. */
export interface Delivery {
  readonly thing: string
  readonly version: number
  readonly entry: string
}

const REJECTED = 0.03

/**
 * The site is slow. The portal goes down for two seconds once it has taken in `downAfter`, cuts connections, and rejects some
 * entries until it is mended.
 */
export const behaviours = (
  seed: string,
  downAfter: number,
): Readonly<Record<SystemName, Behaviour<Delivery>>> => ({
  site: slow(40, 80),
  portal: whereTaken(
    rejecting<Delivery>(
      ({ thing, version }) => chance(seed, 'rejecting', thing, version) < REJECTED,
      'the category is unknown',
    ),
    failing(downAfter),
  ),
})
