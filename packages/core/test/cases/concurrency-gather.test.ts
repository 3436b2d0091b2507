import { describe, expect, test } from 'vitest'
import { interleavings } from '../../src/testing/index.js'
import { joinedOnce } from './concurrency-gather.js'

const struck = { faults: { reject: 0.02, crash: 0.01 } }

describe('S6 in 1,000 orders in which the journal fails and the process is killed', () => {
  for (const settle of ['all', 'any', { quorum: 2 }, 'bestEffort'] as const)
    test(`a join decides once, and replays mend it: ${JSON.stringify(settle)}`, async () => {
      const { orders } = await interleavings(struck, joinedOnce(settle, 1))
      expect(orders).toBeGreaterThan(990)
    })
})

describe('S6 in 1,000 orders of two processes on one store', () => {
  for (const settle of ['all', 'any'] as const)
    test(`a join decides once, and replays mend it: ${settle}`, async () => {
      await interleavings({}, joinedOnce(settle, 2))
    })
})
