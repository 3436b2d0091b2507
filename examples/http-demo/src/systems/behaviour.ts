import { failing, rejecting, slow, type Behaviour } from '@xconnector/example-kit/behaviour'
import { chance } from '@xconnector/example-kit/chance'
import type { SystemName } from '../shared/systems.ts'

/** One request to a system, as far as it matters. */
export interface Delivery {
  readonly sku: string
  readonly version: number
  readonly entry: string
}

/** The behaviour of each system: one is slow, one goes down, one rejects one in twenty until it is mended. */
export const behaviours = (downAfter: number): Readonly<Record<SystemName, Behaviour<Delivery>>> => ({
  search: slow(40, 80),
  shop: failing(downAfter),
  ledger: rejecting(
    ({ sku, version }) => chance('rejecting', sku, version) < 0.05,
    'the tax rate is unknown',
  ),
})
