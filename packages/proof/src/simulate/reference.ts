import { simulate, SimulationFailed, type Simulated } from '@xconnector/core/testing'
import { assets, assetsOptions } from './assets.ts'
import { orders, ordersOptions } from './orders.ts'
import { payments, paymentsOptions } from './payments.ts'
import { stockScene } from './stock.ts'

/** What one seed of the reference simulations came to. */
export type SimulationResult =
  | { readonly ok: true; readonly seed: number; readonly simulated: readonly Simulated[] }
  | { readonly ok: false; readonly seed: number; readonly law: string; readonly failed: SimulationFailed }

/**
 * Runs the reference simulations of one seed: the reference flow, and one of three smaller ones by turns: versions, a poll,
 * unsafe targets. `shrink`: runs spent on a shorter story of a failure; default none.
 */
export const reference = async (options: {
  readonly seed: number
  readonly shrink?: number
}): Promise<SimulationResult> => {
  const { seed, shrink = 0 } = options
  try {
    const first = await simulate([orders], { ...ordersOptions, seed, shrink })
    return { ok: true, seed, simulated: [first, await another(seed, shrink)] }
  } catch (thrown) {
    if (!(thrown instanceof SimulationFailed)) throw thrown
    return { ok: false, seed, law: thrown.law, failed: thrown }
  }
}

const another = (seed: number, shrink: number): Promise<Simulated> => {
  const turn = seed % 3
  if (turn === 0) return simulate([assets], { ...assetsOptions, seed, shrink })
  if (turn === 1) return simulate([payments], { ...paymentsOptions, seed, shrink })
  const { flows, options } = stockScene()
  return simulate(flows, { ...options, seed, shrink })
}
