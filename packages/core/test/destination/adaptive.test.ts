import { describe, expect, it } from 'vitest'
import { AdaptiveLimit } from '../../src/destination/adaptive-limit.js'
import { createDestination } from '../../src/destination/create-destination.js'
import type { Seen } from '../../src/destination/destination.js'
import { seededRandom } from '../../src/ports/random.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'
import { always, atOnce, calls, failed, ok, opened } from './gates.js'

const adaptive = { min: 2, max: 64, initial: 20 }
const never = { circuit: false, retryBudget: false } as const

describe('an adaptive limit', () => {
  it.each<Seen['as']>(['refused', 'ambiguous', 'failed'])(
    'shrinks to its share for a call that was %s',
    (as) => {
      const { gate } = opened({ concurrency: { adaptive }, ...never })
      expect(gate.free()).toBe(20)
      calls(gate, 1, { as })
      expect(gate.free()).toBe(14)
    },
  )

  it('is not moved by what was never sent', () => {
    const { gate } = opened({ concurrency: { adaptive }, ...never })
    for (let n = 0; n < 100; n++) calls(gate, 1, { as: 'unsent' })
    expect(gate.free()).toBe(20)
  })

  it('shrinks once for all that were inside together, and again for one that entered afterwards', () => {
    const { gate } = opened({ concurrency: { adaptive }, ...never })
    const flying = Array.from({ length: 20 }, () => atOnce(gate))
    for (const leave of flying) leave({ as: 'refused' })
    expect(gate.free()).toBe(14)
    calls(gate, 1, failed)
    expect(gate.free()).toBe(9)
  })

  it('never shrinks below its least, nor grows beyond its most', () => {
    const { gate } = opened({ concurrency: { adaptive: { min: 3, max: 8 } }, ...never })
    calls(gate, 50, failed)
    expect(gate.free()).toBe(3)
    for (let n = 0; n < 100; n++)
      for (const leave of Array.from({ length: gate.free() }, () => atOnce(gate))) leave(ok)
    expect(gate.free()).toBe(8)
  })

  it('grows by about one in the time in which as many calls as it allows come back well', () => {
    const { gate } = opened({ concurrency: { adaptive: { initial: 4 } }, ...never })
    const flying = [atOnce(gate), atOnce(gate), atOnce(gate), atOnce(gate)]
    for (let size = 4; size < 24; size++)
      for (let n = 0; n < size; n++) {
        flying.shift()!(ok)
        while (gate.free() > 0) flying.push(atOnce(gate))
      }
    expect(flying.length).toBeGreaterThanOrEqual(22)
    expect(flying.length).toBeLessThanOrEqual(24)
  })

  it('does not grow while less than half of it is used', () => {
    const { gate } = opened({ concurrency: { adaptive }, ...never })
    for (let n = 0; n < 1000; n++)
      for (const leave of Array.from({ length: 9 }, () => atOnce(gate))) leave(ok)
    expect(gate.free()).toBe(20)
  })

  it('lets those who queue in as it grows', async () => {
    const { gate } = opened({ concurrency: { adaptive: { initial: 1 } }, ...never })
    const first = atOnce(gate)
    let inside = 0
    for (let n = 0; n < 5; n++) void Promise.resolve(gate.enter(undefined, 'now')).then(() => inside++)
    first(ok)
    await Promise.resolve()
    await Promise.resolve()
    expect(inside).toBe(2)
  })

  it('is not moved by the one call that asks whether a parking is over', async () => {
    const { clock, gate } = opened({ concurrency: { adaptive } })
    const flying = Array.from({ length: 5 }, () => atOnce(gate))
    for (const leave of flying) leave(failed)
    for (let n = 0; n < 6; n++) {
      await clock.advanceBy(gate.parkedUntil() - clock.now())
      calls(gate, 1, failed)
    }
    await clock.advanceBy(gate.parkedUntil() - clock.now())
    for (let n = 0; n < 4; n++) calls(gate, 1, ok)
    expect(gate.free()).toBe(14)
  })

  it('ends the release of a parking when the ramp has reached it', async () => {
    const { clock, gate } = opened({ concurrency: { adaptive: { initial: 4, max: 100 } } })
    calls(gate, 1, { as: 'refused', retryAt: 1000 })
    await clock.advanceBy(1000)
    const rounds: number[] = []
    for (let n = 0; n < 3; n++) {
      rounds.push(gate.free())
      for (const leave of Array.from({ length: gate.free() }, () => atOnce(gate))) leave(ok)
    }
    // The refusal took two of the four away, good calls gave one back: a ramp to four would let four in by now.
    expect(rounds).toEqual([1, 2, 3])
    expect(gate.parkedMs()).toBe(1000)
    expect(gate.free()).toBe(3)
  })

  it('does not grow where a rate limit keeps it from being used', async () => {
    const { clock, gate } = opened({
      concurrency: { adaptive: { initial: 16 } },
      rate: { limit: 5, per: '1s' },
      ...never,
    })
    for (let n = 0; n < 50; n++) {
      for (const leave of Array.from({ length: gate.free() }, () => atOnce(gate))) leave(ok)
      await clock.advanceBy(1000)
    }
    expect(gate.free()).toBe(5)
    const limit = new AdaptiveLimit({ min: 1, max: 64, backoff: 0.7 }, 16)
    for (let n = 0; n < 1000; n++) limit.report('ok', { inside: 5, cuts: 0 })
    expect(limit.now).toBe(16)
  })
})

describe('for any reports, in any order', () => {
  it.each(Array.from({ length: 100 }, (_, seed) => [seed]))('the laws of its size hold (seed %i)', (seed) => {
    const random = seededRandom(seed)
    const upTo = (n: number): number => Math.floor(random.next() * n)
    const min = 1 + upTo(4)
    const max = min + upTo(60)
    const initial = min + upTo(max - min + 1)
    const backoff = 0.3 + random.next() * 0.6
    const limit = new AdaptiveLimit({ min, max, backoff }, initial)
    const flying: { inside: number; cuts: number }[] = []
    let most = 0
    let latest = initial
    for (let n = 0; n < 1000; n++) {
      if (flying.length < limit.now && random.next() < 0.5) {
        flying.push({ inside: flying.length + 1, cuts: limit.cuts })
        most = Math.max(most, flying.length)
        continue
      }
      const call = flying.splice(upTo(flying.length), 1)[0]
      if (call === undefined) continue
      const as = (['ok', 'ok', 'ok', 'refused', 'failed', 'ambiguous', 'unsent'] as const)[upTo(7)]!
      const before = { size: limit.now, cuts: limit.cuts }
      limit.report(as, call)
      const bad = as === 'refused' || as === 'failed' || as === 'ambiguous'
      const counts = call.cuts === before.cuts
      expect(limit.cuts).toBe(before.cuts + (bad && counts ? 1 : 0))
      expect(limit.now).toBeGreaterThanOrEqual(min)
      expect(limit.now).toBeLessThanOrEqual(max)
      expect(limit.now - before.size).toBeLessThanOrEqual(as === 'ok' && counts ? 1 : 0)
      latest = limit.now
    }
    expect(latest).toBeLessThanOrEqual(Math.max(initial, 2 * most + 1))
  })
})

/** A remote that works on so many calls at once, and refuses the others. */
const converged = async (
  capacity: number,
  seed: number,
): Promise<{ good: number; bad: number; sizes: number[] }> => {
  const clock = virtualClock({ start: 0 })
  const random = seededRandom(seed)
  const gate = createDestination({
    name: 'site',
    concurrency: { adaptive: { initial: 4, max: 256 } },
    random: always(0),
    ...never,
  }).gate(clock)
  let working = 0
  const count = { good: 0, bad: 0, sizes: [] as number[] }
  const until = 30_000
  const call = async (): Promise<void> => {
    const leave = await gate.enter(undefined, 'now')
    if (typeof leave !== 'function') return
    const refused = working >= capacity
    if (!refused) working++
    await clock.sleep(refused ? 5 : 30 * (0.7 + 0.6 * random.next()))
    if (!refused) working--
    if (clock.now() > until / 2) count[refused ? 'bad' : 'good']++
    leave({ as: refused ? 'refused' : 'ok' })
  }
  let open = 0
  const keepBusy = (): void => {
    while (open < 300 && clock.now() < until) {
      open++
      void call().finally(() => {
        open--
        keepBusy()
      })
    }
  }
  keepBusy()
  const sample = (): void => {
    if (clock.now() > until / 2) count.sizes.push(gate.free())
    if (clock.now() < until) clock.after(100, sample)
  }
  sample()
  await clock.settle(() => open === 0)
  return count
}

describe('a remote of a capacity that nobody told', () => {
  it.each([
    [3, 1],
    [10, 2],
    [40, 3],
    [40, 4],
  ])('that works on %i calls at once is used well, and rarely overrun (seed %i)', async (capacity, seed) => {
    const { good, bad } = await converged(capacity, seed)
    const ideal = (capacity * 15_000) / 30
    expect(good).toBeGreaterThan(0.7 * ideal)
    expect(bad).toBeLessThan(0.2 * good)
  })
})
