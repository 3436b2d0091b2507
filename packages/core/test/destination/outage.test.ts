import { expect, it } from 'vitest'
import { createDestination } from '../../src/destination/create-destination.js'
import type { DestinationOptions } from '../../src/destination/settings.js'
import type { Gate } from '../../src/destination/destination.js'
import { seededRandom } from '../../src/ports/random.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'

// 100 messages a second for a minute, against a remote that is down from second 10 to second 25.
const PER_SECOND = 100
const SECONDS = 60
const DOWN = { from: 10_000, to: 25_000 }
const LATENCY = 30

interface Outcome {
  readonly calls: number
  readonly duringOutage: number
  /** Calls in the busiest second after the outage. */
  readonly peak: number
  readonly delivered: number
  readonly lastAt: number
}

/** One or more processes that deliver as a flow does: only while the gate is free, what failed goes back to the line. */
const simulate = async (options: Partial<DestinationOptions>, processes = 1): Promise<Outcome> => {
  const clock = virtualClock({ start: 0 })
  const random = seededRandom(1)
  const bySecond: number[] = []
  let calls = 0
  let duringOutage = 0
  let delivered = 0
  let lastAt = 0
  const gates: Gate[] = []
  for (let p = 0; p < processes; p++) {
    const gate = createDestination({ name: `site-${p}`, random, ...options }).gate(clock)
    gates.push(gate)
    let line = 0
    const deliver = async (): Promise<void> => {
      const pass = await gate.enter(undefined, 'now')
      if (typeof pass !== 'function') {
        line++
        return
      }
      calls++
      const second = Math.floor(clock.now() / 1000)
      bySecond[second] = (bySecond[second] ?? 0) + 1
      await clock.sleep(LATENCY * (0.5 + random.next()))
      const down = clock.now() >= DOWN.from && clock.now() < DOWN.to
      if (down) {
        duringOutage++
        line++
      } else {
        delivered++
        lastAt = clock.now()
      }
      pass({ as: down ? 'failed' : 'ok' })
      for (const other of gates) if (other !== gate) other.restore(gate.snapshot())
    }
    const work = (): void => {
      for (let free = gate.free(); line > 0 && free > 0; free--) {
        line--
        void deliver()
      }
    }
    gate.watch(work)
    for (let n = 0; n < (PER_SECOND * SECONDS) / processes; n++)
      clock.after((n * 1000 * processes) / PER_SECOND, () => {
        line++
        work()
      })
  }
  await clock.settle(() => delivered === PER_SECOND * SECONDS)
  return { calls, duringOutage, delivered, lastAt, peak: Math.max(...bySecond.slice(DOWN.to / 1000)) }
}

it('an outage of 15 s costs a handful of calls, and everything is delivered in the end', async () => {
  const { calls, duringOutage, delivered } = await simulate({})
  expect(delivered).toBe(6000)
  expect(duringOutage).toBeLessThanOrEqual(20)
  expect(calls).toBeLessThanOrEqual(6020)
})

it('what waited is released no faster than the rate limit says', async () => {
  const { calls, peak, delivered, lastAt } = await simulate({ rate: { limit: 13, per: '100ms' } })
  expect(delivered).toBe(6000)
  expect(calls).toBeLessThanOrEqual(6020)
  expect(peak).toBeLessThanOrEqual(150)
  expect(lastAt).toBeLessThanOrEqual(90_000)
})

it('four processes that tell each other cost hardly more than one', async () => {
  const { calls, delivered } = await simulate({}, 4)
  expect(delivered).toBe(6000)
  expect(calls).toBeLessThanOrEqual(6060)
})

it('without a circuit the same outage costs many times as much', async () => {
  const { calls } = await simulate({ circuit: false })
  expect(calls).toBeGreaterThan(2 * 6000)
})
