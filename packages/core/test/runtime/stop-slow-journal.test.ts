import * as t from 'io-ts'
import { expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  flow,
  JournalUnavailable,
  memoryJournal,
  memoryStore,
  silentLogger,
  type Intake,
} from '../../src/index.js'
import { poll } from '../../src/patterns/index.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { passed } from '../cases/concurrency-witness.js'
import { fine, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

test('S11 a stop waits for a write that is under way, and lets time pass meanwhile', async () => {
  const store = memoryStore()
  let committed = 0
  const f = testFlow(flow('f').input<Order>().to(fine('to')).otherwise(byKind()), {
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
  const began = f.clock.now()
  await f.give({ n: 1 })
  // It is delivered, and its outcome is being written.
  await f.run(50)
  await f.stop()
  expect([committed, f.clock.now() - began]).toEqual([1, 200])
})

test('S11 a write that fails when the stop is over is not made again and again: its entry is found at the next start', async () => {
  const clock = virtualClock()
  const real = memoryJournal({ clock })
  let commits = 0
  let intake: Intake | undefined
  const source = { ...orders(), start: (i: Intake) => ((intake = i), { stop() {} }) }
  const runtime = createRuntime({
    flows: [flow('f').from(source).to(fine('to')).otherwise(byKind())],
    clock,
    log: silentLogger,
    journal: {
      ...passed(real),
      async commit() {
        // One that spins would never let this test end.
        if (++commits > 20) return new Promise(() => {})
        await clock.sleep(60_000)
        throw new JournalUnavailable('failed', 'the disk is gone')
      },
    },
  })
  await runtime.start()
  await intake!.accept([{ raw: { n: 1 }, type: 't', undecodable: 'refuse' }])
  await clock.advanceBy(50)
  let over = false
  void runtime.stop().then(() => (over = true))
  await clock.advanceBy(30_000)
  expect([over, commits]).toEqual([true, 1])
  await clock.advanceBy(600_000)
  expect(commits).toBe(1)
})

test('S11 a poll ends with the stop though the journal does not answer for its lease', async () => {
  const clock = virtualClock()
  const real = memoryJournal({ clock })
  let hangs = false
  let polls = 0
  const source = poll({
    name: 'p',
    every: '4s',
    decode: t.type({ id: t.string }),
    id: (item) => item.id,
    fetch: async () => ({ items: [], polls: polls++ }),
  })
  const runtime = createRuntime({
    flows: [flow('f').from(source).to(fine<{ id: string }>('to')).otherwise(byKind())],
    clock,
    log: silentLogger,
    journal: {
      ...passed(real),
      read: (names) =>
        hangs && names.some((name) => name.startsWith('lease:')) ? new Promise(() => {}) : real.read(names),
    },
  })
  await runtime.start()
  await clock.advanceBy(9000)
  hangs = true
  // Its lease is being renewed.
  await clock.advanceBy(2000)
  let over = false
  void runtime.stop({ grace: '1s' }).then(() => (over = true))
  await clock.advanceBy(5000)
  const before = polls
  await clock.advanceBy(60_000)
  expect([over, polls, clock.pending()]).toEqual([true, before, 0])
})
