import { describe, it } from 'vitest'
import { journalContract, journalManyContract } from '../../core/src/testing/journal-contract/journal-contract.js'
import { maker, manyMaker } from './support/contract-maker.js'

describe('the journal contract, in this thread', () => {
  for (const { name, run } of journalContract(maker({ thread: 'main' }))) it(name, run)
})

describe('the contract of several processes, in this thread', () => {
  for (const { name, run } of journalManyContract(manyMaker('main'))) it(name, run)
})
