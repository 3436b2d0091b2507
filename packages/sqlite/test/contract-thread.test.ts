import { journalContract, journalManyContract } from '@xconnector/core/testing'
import { describe, it } from 'vitest'
import { maker, manyMaker } from './support/contract-maker.js'

// The engine is the one that the other file holds to 100 walks: here it is the way to it that is tried.
describe('the journal contract, in a thread of its own', () => {
  for (const { name, run } of journalContract(maker({ thread: 'worker' }), { walks: 10 })) it(name, run)
})

describe('the contract of several processes, in threads of their own', () => {
  for (const { name, run } of journalManyContract(manyMaker('worker'))) it(name, run)
})
