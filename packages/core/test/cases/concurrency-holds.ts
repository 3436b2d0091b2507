import { expect } from 'vitest'
import { interleavings, type Faults, type Interleaving } from '../../src/testing/index.js'
import { SEEDS } from '../seeds.js'

/** Asserts that a law holds in many orders, nearly all of which differ. */
export const holds = async (law: (run: Interleaving) => Promise<void>, faults?: Faults): Promise<void> => {
  const { orders } = await interleavings({ seeds: SEEDS, ...(faults && { faults }) }, law)
  expect(orders).toBeGreaterThan(SEEDS * 0.95)
}

/** Processes are killed, and the journal fails, with and without having written; one run in four or so is struck by nothing. */
export const killed: Faults = { crash: 0.01, reject: 0.01, rejectAfter: 0.02 }

/** Leases are lost while their holder is frozen; another has the entry by then. */
export const frozen: Faults = { freeze: 0.02, crash: 0.01, reject: 0.01 }

/** One process or two, by the seed. */
export const oneOrTwo =
  (law: (run: Interleaving, sabotage: undefined, processes: number) => Promise<void>) =>
  (run: Interleaving): Promise<void> =>
    law(run, undefined, 1 + (run.seed % 2))

/** Asserts that two values of JSON are equal. Many times as fast as `toEqual`, which makes up the message when they differ. */
export const agree = (actual: unknown, expected: unknown): void => {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected)
}
