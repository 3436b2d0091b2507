import { expect, test } from 'vitest'
import { memoryJournal } from '../../src/journal/memory.js'
import { memoryStore } from '../../src/journal/memory-store.js'
import { contractHops, entry, Hand } from '../../src/testing/journal-contract/hand.js'
import { manualClock } from '../../src/testing/journal-contract/manual-clock.js'

test('of two processes on one store, the one that closes gives back what it holds, and nothing of the other’s', async () => {
  const store = memoryStore()
  const clock = manualClock()
  const open = async (): Promise<Hand> => {
    const journal = memoryJournal({ store, clock, processes: 'many' })
    await journal.open(contractHops)
    return new Hand(journal, clock)
  }
  const [one, two] = [await open(), await open()]
  await one.put(entry('m1'), entry('m2'))
  const [mine] = await one.claim({ max: 1 })
  const [theirs] = await two.claim({ max: 1 })
  await one.journal.close()
  expect((await two.claim()).map((c) => c.id)).toEqual([mine!.id])
  await two.done(theirs!)
})
