import { describe, test } from 'vitest'
import { frozen, holds } from './concurrency-holds.js'
import { sharedWork } from './concurrency-laws.js'

describe('in many orders, in every other of which processes are killed and frozen,', () => {
  test('several processes on one journal lose nothing, and run an entry once at a time', () =>
    holds(sharedWork, frozen))
})
