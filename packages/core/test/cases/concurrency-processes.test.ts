import { describe, test } from 'vitest'
import { frozen, holds } from './concurrency-holds.js'
import { sharedWork } from './concurrency-laws.js'

describe('in 1,000 orders, in every other of which processes are killed and frozen,', () => {
  test('several processes on one journal lose nothing, and run an entry once at a time', () =>
    holds(sharedWork, frozen))
})
