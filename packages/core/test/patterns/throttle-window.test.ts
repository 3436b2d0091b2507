import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/ports/random.js'
import { ThrottleState } from '../../src/patterns/throttle-state.js'
import { ThrottleWindow } from '../../src/patterns/throttle-window.js'

const START = Date.UTC(2026, 0)

/** Passes in the fullest stretch of `per`. */
const fullest = (passes: readonly number[], per: number): number => {
  const times = passes.toSorted((a, b) => a - b)
  let most = 0
  for (let from = 0, to = 0; to < times.length; to++) {
    while (times[from]! <= times[to]! - per) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

describe('for any arrivals', () => {
  test.each(Array.from({ length: 100 }, (_, seed) => [seed]))(
    'no stretch of time has more passes than the limit, and everybody passes (seed %i)',
    (seed) => {
      const random = seededRandom(seed)
      const upTo = (n: number): number => Math.floor(random.next() * n)
      const limit = 1 + upTo(8)
      const per = [7, 500, 1000, 2500, 60_000][upTo(5)]!
      const late = upTo(2) * upTo(per)
      const state = new ThrottleState(per, 100)
      const keys = 1 + upTo(3)
      const passes = Array.from({ length: keys }, () => [] as number[])
      // Who waits, and when they come again: sometimes late.
      const waiting: { who: number; key: number; at: number }[] = []
      let time = START
      for (let who = 0; who < 300; who++) {
        time += upTo(3) * upTo(per / limit)
        waiting.push({ who, key: upTo(keys), at: time })
      }
      for (let turns = 0; waiting.length > 0; turns++) {
        expect(turns).toBeLessThan(6000)
        waiting.sort((a, b) => a.at - b.at)
        const next = waiting.shift()!
        const again = state.line(`${next.key}`, next.at).queue(next.who, limit, next.at)
        if (again === 0) passes[next.key]!.push(next.at)
        else {
          expect(again).toBeGreaterThan(next.at)
          waiting.push({ ...next, at: again + (late > 0 ? upTo(late) : 0) })
        }
      }
      expect(passes.flat()).toHaveLength(300)
      for (const times of passes) expect(fullest(times, per)).toBeLessThanOrEqual(limit)
    },
  )

  test.each(Array.from({ length: 20 }, (_, seed) => [seed]))(
    'one that rejects says truly when there is room (seed %i)',
    (seed) => {
      const random = seededRandom(seed)
      const limit = 1 + Math.floor(random.next() * 5)
      const state = new ThrottleState(1000, 10)
      const passes: number[] = []
      let now = START
      for (let n = 0; n < 500; n++) {
        now += Math.floor(random.next() * 400)
        const at = state.line('a', now).pass(limit, now)
        if (at === 0) {
          passes.push(now)
          continue
        }
        expect(at).toBeGreaterThan(now)
        expect(fullest([...passes, at - 1], 1000)).toBeGreaterThan(limit)
        expect(fullest([...passes, at], 1000)).toBeLessThanOrEqual(limit)
      }
      expect(fullest(passes, 1000)).toBe(limit)
    },
  )
})

describe('a throttle', () => {
  test('lets messages that come late together pass no faster', () => {
    const state = new ThrottleState(1000, 10)
    const times = Array.from({ length: 50 }, (_, who) => state.line('a', START).queue(who, 5, START))
    expect(Math.max(...times)).toBe(START + 9000)
    const hour = START + 36e5
    const passes = Array.from({ length: 45 }, (_, i) => state.line('a', hour).queue(i + 5, 5, hour)).filter(
      (at) => at === 0,
    )
    expect(passes).toHaveLength(5)
  })

  test('one that is a little late waits a little longer, and does not go to the end of the line', () => {
    const state = new ThrottleState(1000, 10)
    const first = [0, 1, 2, 3].map((who) => state.line('a', START).queue(who, 1, START))
    expect(first).toEqual([0, START + 1000, START + 2000, START + 3000])
    expect(state.line('a', START + 1005).queue(1, 1, START + 1005)).toBe(0)
    expect(state.line('a', START + 2000).queue(2, 1, START + 2000)).toBe(START + 2005)
    expect(state.line('a', START + 2005).queue(2, 1, START + 2005)).toBe(0)
  })

  test.each([-36e5, 36e5])('goes on as before when the clock jumps by %i ms', (jump) => {
    const state = new ThrottleState(1000, 10)
    const asked = [0, 1, 2].map((who) => state.line('a', START).queue(who, 1, START))
    expect(asked).toEqual([0, START + 1000, START + 2000])
    const now = START + 500 + jump
    const next = state.line('a', now).queue('new', 1, now)
    expect(next - now).toBeLessThanOrEqual(3000)
    expect(state.line('a', now + 5000).queue(1, 1, now + 5000)).toBe(0)
    expect(state.line('a', now + 5999).queue(2, 1, now + 5999)).toBe(now + 6000)
  })

  test('keys beyond those it remembers share one limit', () => {
    const state = new ThrottleState(1000, 3)
    const passes = Array.from({ length: 10 }, (_, n) => state.line(`key ${n}`, START).pass(1, START) === 0)
    expect(passes.filter(Boolean)).toHaveLength(4)
    expect(state.line('key 9', START + 1000).pass(1, START + 1000)).toBe(0)
  })

  test('remembers no key for longer than it counts', () => {
    const state = new ThrottleState(10, 50)
    for (let n = 0; n < 10_000; n++) expect(state.line(`key ${n}`, START + n).pass(1, START + n)).toBe(0)
  })

  test('gives the place of one that comes no more to others, and keeps no place for ever', () => {
    const state = new ThrottleState(1000, 10)
    expect([0, 1].map((who) => state.line('a', START).queue(who, 1, START))).toEqual([0, START + 1000])
    state.line('a', START).leave(1)
    state.line('a', START).leave('nobody')
    expect(state.line('a', START).queue(2, 1, START)).toBe(START + 1000)
    const hour = START + 36e5
    expect([3, 4].map((who) => state.line('a', hour).queue(who, 1, hour))).toEqual([0, hour + 1000])
    // Its time is long over and forgotten: it comes as a newcomer, behind the other.
    expect(state.line('a', hour).queue(2, 1, hour)).toBe(hour + 2000)
  })

  test('a limit that falls holds at once', () => {
    const state = new ThrottleState(1000, 10)
    for (let n = 0; n < 5; n++) expect(state.line('a', START + n).pass(5, START + n)).toBe(0)
    expect(state.line('a', START + 10).pass(2, START + 10)).toBe(START + 1003)
    expect(state.line('a', START + 10).pass(6, START + 10)).toBe(0)
  })

  test('a large limit over a long time takes little memory and no time', () => {
    const window = new ThrottleWindow(864e5)
    const limit = 1_000_000
    let now = START
    for (let n = 1; n <= 200_000; n++) {
      now += 50
      window.add(now)
    }
    expect(window.count(now)).toBe(200_000)
    expect(window.room(now, limit, 0)).toBe(now)
    expect(window.room(now, 200_000, 0)).toBeGreaterThan(START + 864e5)
    expect(window.count(now + 2 * 864e5)).toBe(0)
  })
})
