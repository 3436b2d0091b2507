import { describe, expect, test } from 'vitest'
import { createDestination, type Leave } from '../../src/index.js'
import { seededRandom } from '../../src/ports/random.js'
import { virtualClock } from '../../src/testing/index.js'

/** Callers that call again and again, on a remote that says how long a call takes and how it ends. */
const load = (
  callers: number,
  answer: (inside: number, at: number) => { readonly ms: number; readonly as: 'ok' | 'failed' | 'ambiguous' },
) => {
  const clock = virtualClock()
  const start = clock.now()
  const gate = createDestination({
    name: 'site',
    circuit: false,
    concurrency: { adaptive: { min: 1, max: 256, initial: 16 } },
    random: seededRandom(1),
  }).gate(clock)
  let inside = 0
  let calls = 0
  let peak = 0
  let over = false
  const caller = async (): Promise<void> => {
    while (!over) {
      const leave = (await gate.enter(undefined, 'wait')) as Leave
      calls++
      peak = Math.max(peak, ++inside)
      const { ms, as } = answer(inside, clock.now() - start)
      await clock.sleep(ms)
      inside--
      leave({ as })
    }
  }
  const all = Array.from({ length: callers }, caller)
  return {
    /** Runs for a while; gives the calls of that while, and the most that were inside. */
    async run(ms: number): Promise<{ readonly calls: number; readonly peak: number }> {
      const before = calls
      peak = 0
      await clock.advanceBy(ms)
      return { calls: calls - before, peak }
    },
    async end(): Promise<void> {
      over = true
      for (let i = 0; i < callers; i++) await clock.advanceBy(1000)
      await Promise.all(all)
    },
  }
}

describe('an adaptive limit', () => {
  test('lets one call in at a time to a remote that always fails, and finds its way back when it does not', async () => {
    let fails = true
    const l = load(100, () => ({ ms: 100, as: fails ? 'failed' : 'ok' }))
    await l.run(5000)
    expect(await l.run(10_000)).toEqual({ calls: 100, peak: 1 })
    fails = false
    await l.run(20_000)
    const { peak } = await l.run(1000)
    expect(peak).toBeGreaterThan(50)
    await l.end()
  })

  test('follows a remote whose calls take longer the more there are, and longer still when it slows down', async () => {
    // A call takes its share of the remote; what takes longer than 100 ms times out.
    let each = 2
    const l = load(300, (inside) => {
      const ms = each * inside
      return ms > 100 ? { ms: 100, as: 'ambiguous' } : { ms: Math.max(10, ms), as: 'ok' }
    })
    await l.run(20_000)
    const quick = await l.run(20_000)
    each = 4
    await l.run(5000)
    const slow = await l.run(20_000)
    expect(quick.peak).toBeGreaterThan(40)
    expect(quick.peak).toBeLessThanOrEqual(60)
    expect(slow.peak).toBeGreaterThan(18)
    expect(slow.peak).toBeLessThanOrEqual(32)
    await l.end()
  })
})
