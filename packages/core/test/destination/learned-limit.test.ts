import { expect, test } from 'vitest'
import { createDestination, type Leave } from '../../src/index.js'
import { virtualClock } from '../../src/testing/index.js'

test('what was learned is forgotten when nobody confirms it', async () => {
  const clock = virtualClock()
  const gate = createDestination({ name: 'api', concurrency: 16 }).gate(clock)
  const leave = (await gate.enter(undefined, 'wait')) as Leave
  leave({ as: 'ok', limits: [{ limit: 2, per: 1000 }] })
  await clock.advanceBy(1000)
  expect(gate.free()).toBe(2)
  await clock.advanceBy(600_000)
  expect(gate.free()).toBe(16)
})

test('a call that waits for a window to pass is let in by time alone, and one that was never sent takes nothing', async () => {
  const clock = virtualClock()
  const gate = createDestination({ name: 'api' }).gate(clock)
  const first = (await gate.enter(undefined, 'wait')) as Leave
  first({ as: 'ok', limits: [{ limit: 1, per: 5000 }] })
  let at = 0
  const second = Promise.resolve(gate.enter(undefined, 'wait')).then((leave) => {
    at = clock.now()
    return leave as Leave
  })
  const start = clock.now()
  await clock.advanceBy(6000)
  expect(at - start).toBe(5000)
  const leave = await second
  leave({ as: 'unsent' })
  expect(gate.free()).toBe(1)
})

test('what the remote says is left is what may enter, less those inside', async () => {
  const clock = virtualClock()
  const gate = createDestination({ name: 'api', concurrency: 16 }).gate(clock)
  const enter = async (): Promise<Leave> => (await gate.enter(undefined, 'wait')) as Leave
  const [a, b] = [await enter(), await enter()]
  a({ as: 'ok', remaining: 5, retryAt: clock.now() + 10_000 })
  expect(gate.free()).toBe(4)
  b({ as: 'ok', remaining: 6, retryAt: clock.now() + 10_000 })
  expect(gate.free()).toBe(4)
  await enter()
  expect(gate.free()).toBe(3)
  await clock.advanceBy(10_000)
  expect(gate.free()).toBe(15)
})

test.each([0, -1, 1.5, Number.NaN, Infinity])('a limit of %d is as if it were not told', async (limit) => {
  const gate = createDestination({ name: 'api', concurrency: 16 }).gate(virtualClock())
  const leave = (await gate.enter(undefined, 'wait')) as Leave
  leave({ as: 'ok', limits: [{ limit, per: 1000 }, { limit }] })
  expect(gate.free()).toBe(16)
})

test('of a limit of very many calls, which would have to be remembered one by one, only what is left is heeded', async () => {
  const gate = createDestination({ name: 'api', concurrency: 16 }).gate(virtualClock())
  const leave = (await gate.enter(undefined, 'wait')) as Leave
  leave({ as: 'ok', limits: [{ limit: 1_000_000, per: 1000 }], remaining: 7, retryAt: 1e15 })
  expect(gate.free()).toBe(7)
})
