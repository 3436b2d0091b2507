import { describe, expect, it } from 'vitest'
import { RetryBudget } from '../../src/destination/retry-budget.js'
import { seededRandom } from '../../src/ports/random.js'
import { atOnce, calls, following, ok, opened, turn } from './gates.js'

const START = Date.UTC(2026, 0)
const takeAll = (budget: RetryBudget, now: number): number => {
  let n = 0
  while (budget.take(now)) n++
  return n
}

describe('a retry budget', () => {
  it('allows a share of the first calls of ten seconds, and a floor', () => {
    const budget = new RetryBudget({ share: 0.2, perSecond: 1 }, START)
    for (let n = 0; n < 1000; n++) budget.first(START + n)
    expect(takeAll(budget, START + 1000)).toBe(210)
    expect(takeAll(budget, START + 9000)).toBe(0)
  })

  it('allows the floor without any first call, again after ten seconds', () => {
    const budget = new RetryBudget({ share: 0.2, perSecond: 2 }, START)
    expect(takeAll(budget, START)).toBe(20)
    expect(takeAll(budget, START + 9999)).toBe(0)
    expect(takeAll(budget, START + 10_000)).toBe(20)
  })

  it('forgets first calls after ten seconds: what they allowed is not saved up', () => {
    const budget = new RetryBudget({ share: 0.2, perSecond: 1 }, START)
    for (let n = 0; n < 100_000; n++) budget.first(START)
    expect(takeAll(budget, START + 3_600_000)).toBe(10)
  })

  it('takes back what was not used', () => {
    const budget = new RetryBudget({ share: 0, perSecond: 0.1 }, START)
    expect(budget.take(START)).toBe(true)
    budget.giveBack()
    expect(budget.take(START)).toBe(true)
    expect(budget.take(START)).toBe(false)
    for (let n = 0; n < 5; n++) budget.giveBack()
    expect(takeAll(budget, START)).toBe(1)
  })

  it('says when to ask again: not before there may be one, and one after the other', () => {
    const budget = new RetryBudget({ share: 0, perSecond: 1 }, START)
    takeAll(budget, START)
    const times = Array.from({ length: 20 }, () => budget.later(START + 500))
    expect(times[0]).toBe(START + 10_000)
    for (const [i, at] of times.entries()) expect(at).toBe(START + 10_000 + i * 1000)
    for (const at of times) expect(budget.take(at)).toBe(true)
  })

  it.each([-36e5, 36e5])('is neither filled nor closed for long by a clock that jumps by %i ms', (jump) => {
    const budget = new RetryBudget({ share: 0.2, perSecond: 1 }, START)
    takeAll(budget, START)
    const now = START + 5000 + jump
    expect(takeAll(budget, now)).toBe(jump > 0 ? 10 : 0)
    const at = budget.later(now)
    expect(at - now).toBeGreaterThan(0)
    expect(at - now).toBeLessThanOrEqual(11_000)
    expect(takeAll(budget, now + 11_000)).toBe(10)
  })

  it.each(Array.from({ length: 50 }, (_, seed) => [seed]))(
    'never allows more in any stretch of time than its share and floor, and always some in the end (seed %i)',
    (seed) => {
      const random = seededRandom(seed)
      const share = random.next() * 0.5
      const perSecond = 0.1 + random.next() * 5
      const budget = new RetryBudget({ share, perSecond }, START)
      const firsts: number[] = []
      const repeats: number[] = []
      let now = START
      for (let n = 0; n < 3000; n++) {
        now += Math.floor(random.next() ** 4 * 400)
        if (random.next() < 0.6) {
          budget.first(now)
          firsts.push(now)
        } else if (budget.take(now)) repeats.push(now)
        else expect(budget.later(now)).toBeGreaterThan(now)
      }
      const within = (times: readonly number[], from: number, to: number): number =>
        times.filter((t) => t > from && t <= to).length
      for (let from = START; from < now; from += 3700)
        for (const length of [1000, 10_000, 60_000]) {
          const allowed =
            share * within(firsts, from - 10_000, from + length) +
            (perSecond * (length + 10_000 + 1000)) / 1000
          // What one window of ten seconds has as a floor may be taken at once.
          expect(within(repeats, from, from + length)).toBeLessThanOrEqual(allowed + 1)
        }
      expect(repeats.length).toBeGreaterThan(0)
      expect(takeAll(budget, now + 11_000)).toBeGreaterThan(0)
    },
  )
})

describe('a gate', () => {
  const tight = { retryBudget: { share: 0.5, perSecond: 0.1 } }

  it('lets a repeat in while the budget lasts, then says when to ask again', async () => {
    const { clock, gate } = opened(tight)
    calls(gate, 4, ok)
    const enter = (): unknown => {
      const pass = gate.enter(undefined, 'now', true)
      return typeof pass === 'function' ? (pass(ok), 'in') : pass
    }
    expect([enter(), enter(), enter()]).toEqual(['in', 'in', 'in'])
    const pass = enter()
    expect(pass).toEqual({ until: 10_000 })
    await clock.advanceBy(10_000)
    expect(enter()).toBe('in')
  })

  it('never keeps out what is no repeat', () => {
    const { gate } = opened({ retryBudget: { share: 0, perSecond: 0.1 } })
    expect(gate.mayRepeat()).toBe(true)
    expect(gate.mayRepeat()).toBe(false)
    calls(gate, 100, ok)
  })

  it('allows quick retries from the same budget', () => {
    const { gate } = opened(tight)
    calls(gate, 2, ok)
    expect([gate.mayRepeat(), gate.mayRepeat(), gate.mayRepeat()]).toEqual([true, true, false])
    expect(gate.enter(undefined, 'now', true)).toMatchObject({ until: 10_000 })
  })

  it('without a budget allows any number', () => {
    const { gate } = opened({ retryBudget: false })
    for (let n = 0; n < 1000; n++) expect(gate.mayRepeat()).toBe(true)
  })

  it('takes nothing from the budget for a repeat that a parking keeps out', async () => {
    const { clock, gate } = opened({ retryBudget: { share: 0, perSecond: 0.1 }, concurrency: 1 })
    const leave = atOnce(gate)
    const queueing = following(gate.enter(undefined, 'now', true))
    const stop = new AbortController()
    leave({ as: 'refused', retryAt: 1000 })
    await turn()
    expect(queueing.now).toBe('parked')
    expect(gate.enter(undefined, 'now', true)).toBe('parked')
    await clock.advanceBy(1000)
    const first = atOnce(gate)
    const aborted = following(gate.enter(stop.signal, 'now', true))
    stop.abort(new Error('enough'))
    await turn()
    expect(aborted.error).toBeInstanceOf(Error)
    first(ok)
    expect(typeof gate.enter(undefined, 'now', true)).toBe('function')
  })
})
