import { expect, test } from 'vitest'
import { processFacts } from '../../src/ports/process-facts.js'

test('the delay of the event loop is seen, in seconds, and once', async () => {
  const loop = processFacts.watchLoop()
  let max = 0
  for (let turn = 0; turn < 100 && max < 0.02; turn++) {
    // Nothing else gets a turn meanwhile; then timers do.
    const until = performance.now() + 60
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve))
    max = loop.take()?.max ?? 0
  }
  expect(max).toBeGreaterThan(0.02)
  expect(max).toBeLessThan(10)
  loop.stop()
  loop.take()
  expect(loop.take()).toBeUndefined()
  expect(Math.abs(processFacts.started - performance.timeOrigin / 1000)).toBeLessThan(1)
})
