import { describe, test } from 'vitest'
import { frozen, holds, killed, oneOrTwo } from './concurrency-holds.js'
import { keyOrder, newestWins, oneOfMany } from './concurrency-laws.js'

describe('in many orders, in which calls overtake each other, processes are killed and the journal fails,', () => {
  test('S7 a key keeps its order', () => holds(oneOrTwo(keyOrder), killed))
  test('S7 an older version never wins', () => holds(oneOrTwo(newestWins), killed))
  test('S8a of repeats at the same time one is accepted, and all are answered with its id', () =>
    holds(oneOrTwo(oneOfMany), frozen))
})
