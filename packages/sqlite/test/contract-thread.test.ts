import { describe, it } from 'vitest'
import { journalContract, journalManyContract } from '../../core/src/testing/journal-contract/journal-contract.js'
import { maker, manyMaker } from './support/contract-maker.js'

// The engine is the same one; of its long random histories the first twenty are enough here.
const short = (name: string): boolean => !/\(seeds (?!1 to)/.test(name)

describe('the journal contract, in a thread of its own', () => {
  const cases = journalContract(maker({ thread: 'worker' })).filter(({ name }) => short(name))
  for (const { name, run } of cases) it(name, run)
})

describe('the contract of several processes, in threads of their own', () => {
  for (const { name, run } of journalManyContract(manyMaker('worker'))) it(name, run)
})
