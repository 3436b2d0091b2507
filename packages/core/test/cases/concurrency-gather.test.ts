import { expect, test } from 'vitest'
import type { Settle } from '../../src/index.js'
import { interleavings } from '../../src/testing/index.js'
import { SEEDS } from '../seeds.js'
import { joinedOnce } from './concurrency-gather.js'

// One policy a seed, each of them some hundreds of times.
const policies: readonly Settle[] = ['all', 'any', { quorum: 2 }, 'bestEffort']

test('S6: a join decides once, and replays mend it, in many orders in which the journal fails and the process is killed', async () => {
  const { orders } = await interleavings({ seeds: SEEDS, faults: { reject: 0.02, crash: 0.01 } }, (run) =>
    joinedOnce(policies[run.seed % 4]!, 1)(run),
  )
  expect(orders).toBeGreaterThan(SEEDS * 0.99)
})

test('S6: a join decides once, and replays mend it, in many orders of two processes on one store', async () => {
  const { orders } = await interleavings({ seeds: SEEDS }, (run) =>
    joinedOnce(policies[run.seed % 2]!, 2)(run),
  )
  expect(orders).toBeGreaterThan(SEEDS * 0.99)
})
