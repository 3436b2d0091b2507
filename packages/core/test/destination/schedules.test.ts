import { describe, expect, it } from 'vitest'
import { createDestination } from '../../src/destination/create-destination.js'
import type { Gate, Seen } from '../../src/destination/destination.js'
import type { DestinationOptions } from '../../src/destination/settings.js'
import { seededRandom, type Random } from '../../src/ports/random.js'
import { virtualClock, type VirtualClock } from '../../src/testing/virtual-clock.js'

interface Run {
  readonly clock: VirtualClock
  readonly gate: Gate
  readonly options: DestinationOptions & { readonly concurrency: number }
  /** Calls begun, by number: how each ended, and when it was let in. */
  readonly ended: Map<number, 'in' | 'parked' | 'later' | 'CircuitOpen' | 'aborted'>
  readonly entered: (readonly [number, number])[]
  inside: number
  most: number
  /** Time parked, summed up from outside. */
  parked: number
}

const CALLS = 200

const chance = (random: Random, p: number): boolean => random.next() < p
const upTo = (random: Random, n: number): number => Math.floor(random.next() * n)

const optionsOf = (random: Random): Run['options'] => ({
  name: 'site',
  concurrency: 1 + upTo(random, 8),
  whenParked: chance(random, 0.3) ? 'fail' : 'wait',
  random,
  ...(chance(random, 0.4) && { rate: { limit: 1 + upTo(random, 10), per: '1s' } }),
  circuit: chance(random, 0.2) ? false : { failures: 1 + upTo(random, 5), open: '200ms', maxOpen: '3s' },
})

const seenOf = (random: Random, now: number): Seen => {
  if (chance(random, 0.6))
    return chance(random, 0.05) ? { as: 'ok', remaining: 0, retryAt: now + 500 } : { as: 'ok' }
  const as = (['refused', 'failed', 'ambiguous'] as const)[upTo(random, 3)]!
  return chance(random, 0.2) ? { as, retryAt: now + upTo(random, 2000) - 200 } : { as }
}

const endOf = (pass: Awaited<ReturnType<Gate['enter']>>): 'in' | 'parked' | 'later' | 'CircuitOpen' => {
  if (typeof pass === 'function') return 'in'
  if (pass === 'parked') return pass
  return '_tag' in pass ? pass._tag : 'later'
}

/** Begins calls at random moments, each aborted, held and reported at random, until all have ended. */
const run = async (seed: number): Promise<Run> => {
  const random = seededRandom(seed)
  const clock = virtualClock({ start: 0 })
  const options = optionsOf(random)
  const gate = createDestination(options).gate(clock)
  const r: Run = { clock, gate, options, ended: new Map(), entered: [], inside: 0, most: 0, parked: 0 }
  let checked = { at: 0, until: 0 }
  const check = (): void => {
    r.parked += Math.max(0, Math.min(checked.until, clock.now()) - checked.at)
    checked = { at: clock.now(), until: gate.parkedUntil() }
  }
  const call = async (n: number): Promise<void> => {
    await clock.sleep(upTo(random, 5000))
    const stop = new AbortController()
    if (chance(random, 0.2)) clock.after(upTo(random, 300), () => stop.abort(new Error('enough')))
    try {
      const pass = await gate.enter(stop.signal, chance(random, 0.5) ? 'now' : 'wait', chance(random, 0.2))
      r.ended.set(n, endOf(pass))
      if (typeof pass !== 'function') return
      r.entered.push([n, clock.now()])
      r.most = Math.max(r.most, ++r.inside)
      await clock.sleep(upTo(random, 400))
      r.inside--
      check()
      pass(seenOf(random, clock.now()))
      check()
      if (chance(random, 0.1)) pass({ as: 'failed', retryAt: clock.now() + 1e6 })
    } catch {
      r.ended.set(n, 'aborted')
    }
  }
  await Promise.all([
    ...Array.from({ length: CALLS }, (_, n) => call(n)),
    clock.settle(() => r.ended.size === CALLS, { patience: 500 }),
  ])
  check()
  return r
}

describe.each(Array.from({ length: 40 }, (_, seed) => [seed]))('a random schedule (seed %i)', (seed) => {
  it('never lets more in than it may, loses nobody, and accounts for its parkings', async () => {
    const { clock, gate, options, ended, entered, most, parked } = await run(seed)

    expect(most).toBeLessThanOrEqual(options.concurrency)
    expect(ended.size).toBe(CALLS)
    expect(entered.length).toBeGreaterThan(0)
    expect(clock.pending()).toBe(0)
    expect(gate.parkedMs()).toBeCloseTo(parked, 6)

    if (options.rate !== undefined)
      for (const [i, [, from]] of entered.entries())
        for (const [j, [, to]] of entered.slice(i).entries())
          expect(j + 1).toBeLessThanOrEqual(options.rate.limit * (1 + (to - from) / 1000) + 1e-6)

    // Nothing leaked: once it is released again, it lets as many in as at first.
    await clock.advanceBy(60_000)
    for (let n = 0; n < 4; n++) {
      const pass = gate.enter(undefined, 'now')
      if (typeof pass === 'function') pass({ as: 'ok' })
      await clock.advanceBy(10_000)
    }
    expect(gate.free()).toBe(Math.min(options.concurrency, options.rate?.limit ?? Infinity))
  })
})

it('in random schedules of calls that all wait, nobody is overtaken', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = seededRandom(seed)
    const clock = virtualClock({ start: 0 })
    const gate = createDestination({ ...optionsOf(random), whenParked: 'wait' }).gate(clock)
    const order: number[] = []
    let begun = 0
    const call = async (): Promise<void> => {
      await clock.sleep(upTo(random, 3000))
      const n = begun++
      const pass = await gate.enter(undefined, 'wait')
      order.push(n)
      await clock.sleep(upTo(random, 300))
      if (typeof pass === 'function') pass(seenOf(random, clock.now()))
    }
    await Promise.all([
      ...Array.from({ length: 100 }, call),
      clock.settle(() => order.length === 100, { patience: 500 }),
    ])
    expect(order).toEqual(Array.from({ length: 100 }, (_, n) => n))
  }
})
