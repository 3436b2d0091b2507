import { expect, test } from 'vitest'
import { byKind, flow, memoryJournal, memoryStore } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { passed } from '../cases/concurrency-witness.js'
import { fine, type Order } from '../semantics/remote.js'

test('S11 a stop waits for a write that is under way, and lets time pass meanwhile', async () => {
  const store = memoryStore()
  let committed = 0
  const t = testFlow(flow('f').input<Order>().to(fine('to')).otherwise(byKind()), {
    journal(clock) {
      const real = memoryJournal({ clock, store })
      return {
        ...passed(real),
        async commit(batch) {
          await clock.sleep(200)
          committed += batch.length
          return real.commit(batch)
        },
      }
    },
  })
  const began = t.clock.now()
  await t.give({ n: 1 })
  // It is delivered, and its outcome is being written.
  await t.run(50)
  await t.stop()
  expect([committed, t.clock.now() - began]).toEqual([1, 200])
})
