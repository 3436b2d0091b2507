import { describe, test } from 'vitest'
import { frozen, holds, killed, oneOrTwo } from './concurrency-holds.js'
import { atMostOnce, onlyWhatFailed } from './concurrency-laws.js'

describe('in many orders, in which calls overtake each other, processes are killed and the journal fails,', () => {
  test('S2 only what failed is repeated', () => holds(onlyWhatFailed, killed))
  test('an unsafe effect takes place at most once, and one in doubt is a dead letter', () =>
    holds(oneOrTwo(atMostOnce), frozen))
})
