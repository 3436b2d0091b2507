import { describe, expect, test } from 'vitest'
import { interleavings, InterleavingFailed, type Faults, type Interleaving } from '../../src/testing/index.js'
import {
  keyOrder,
  newestWins,
  oneOfMany,
  onlyWhatFailed,
  sharedWork,
  type Sabotage,
} from './concurrency-laws.js'
import { dropsEmits, forgetful, hasty, keyless, racing, twice, unfenced } from './concurrency-sabotage.js'

type Law = (run: Interleaving, sabotage: Sabotage) => Promise<void>

const SEEDS = 1000

/** What a law says of a journal to which something was done. */
const said = (law: Law, sabotage: () => Sabotage, faults?: Faults): Promise<unknown> =>
  interleavings({ seeds: SEEDS, ...(faults && { faults }) }, (run) => law(run, sabotage())).catch(
    (thrown: unknown) => thrown,
  )

describe('what is done to a journal is found out within 1,000 orders:', () => {
  test.each<[string, Law, () => Sabotage, Faults | undefined, RegExp]>([
    [
      'a commit that is taken without its lease',
      (run, s) => oneOfMany(run, s, 3),
      () => unfenced(),
      { freeze: 0.02 },
      /settled without its lease/,
    ],
    ['a commit that drops what was emitted', onlyWhatFailed, () => dropsEmits, undefined, /^expected/],
    ['a claim that knows no keys', keyOrder, () => keyless, undefined, /^expected/],
    [
      'a version that is forgotten between hops',
      newestWins,
      () => forgetful,
      undefined,
      /leased after a newer one came/,
    ],
    ['a dedupe key asked for and written in two steps', oneOfMany, () => racing(), undefined, /^expected/],
    ['an answer before the write', onlyWhatFailed, () => hasty, { crash: 0.02 }, /^expected/],
    ['an entry that is leased twice', sharedWork, () => twice(), undefined, /leased twice at once/],
  ])('%s', async (_name, law, sabotage, faults, words) => {
    const failed = await said(law, sabotage, faults)
    expect(failed).toBeInstanceOf(InterleavingFailed)
    const { seed, message, trace } = failed as InterleavingFailed
    expect(message).toMatch(words)
    expect([seed <= SEEDS, trace.length > 0]).toEqual([true, true])
  })
})
