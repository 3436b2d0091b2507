import { journalContract, journalManyContract } from '@xconnector/core/testing'
import { describe, it } from 'vitest'
import { maker, manyMaker } from './support/contract-maker.js'

describe('the journal contract, in this thread', () => {
  for (const { name, run } of journalContract(maker({ thread: 'main' }), { walks: 100 })) it(name, run)
})

describe('the contract of several processes, in this thread', () => {
  for (const { name, run } of journalManyContract(manyMaker('main'))) it(name, run)
})
