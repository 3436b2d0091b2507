import { describe, expect, test } from 'vitest'
import { LearnedLimit } from '../../src/destination/learned-limit.js'

const T = 1_000_000

describe('a limit that the remote told', () => {
  test('without the length of its window bounds how many are inside at once, the least of several', () => {
    const limit = new LearnedLimit()
    limit.leave({ limits: [{ limit: 4 }, { limit: 3 }] }, 0, T)
    expect([limit.room(0, T), limit.room(2, T), limit.room(5, T)]).toEqual([3, 1, 0])
    // Only those inside can make room: no time to wait for.
    expect(limit.wait(3, T)).toBe(0)
  })

  test('counts a call from when it enters until a whole window after it left', () => {
    const limit = new LearnedLimit()
    limit.leave({ limits: [{ limit: 3, per: 1000 }] }, 0, T)
    limit.leave({}, 0, T + 400)
    expect([limit.room(0, T + 400), limit.room(1, T + 400)]).toEqual([1, 0])
    // With one inside, the first that left has to be a window away.
    expect(limit.wait(1, T + 400)).toBe(600)
    expect([limit.room(1, T + 999), limit.room(1, T + 1000)]).toEqual([0, 1])
    expect([limit.room(0, T + 1399), limit.room(0, T + 1400)]).toEqual([2, 3])
  })

  test('waits for the longest of several windows, and for nothing where there is room', () => {
    const limit = new LearnedLimit()
    const limits = [
      { limit: 2, per: 1000 },
      { limit: 1, per: 5000 },
    ]
    limit.leave({ limits }, 0, T)
    expect([limit.wait(0, T), limit.wait(0, T + 5000), limit.wait(1, T)]).toEqual([5000, 0, 0])
  })

  test('is believed for ten minutes, or for twice its window where that is longer', () => {
    const short = new LearnedLimit()
    short.leave({ limits: [{ limit: 1, per: 1000 }] }, 0, T)
    expect([short.room(0, T + 599_999), short.room(0, T + 600_000)]).toEqual([1, Infinity])
    const long = new LearnedLimit()
    long.leave({ limits: [{ limit: 1, per: 3_600_000 }] }, 0, T)
    expect([long.room(0, T + 7_199_999), long.room(0, T + 7_200_000)]).toEqual([1, Infinity])
    const bare = new LearnedLimit()
    bare.leave({ limits: [{ limit: 2 }] }, 0, T)
    expect([bare.room(0, T + 599_999), bare.room(0, T + 600_000)]).toEqual([2, Infinity])
  })

  test('is replaced by what is told later, and kept where nothing is', () => {
    const limit = new LearnedLimit()
    limit.leave({ limits: [{ limit: 5, per: 1000 }] }, 0, T)
    limit.leave({ limits: [] }, 0, T + 2000)
    expect(limit.room(0, T + 2000)).toBe(4)
    limit.leave({ limits: [{ limit: 2, per: 1000 }] }, 0, T + 4000)
    expect(limit.room(0, T + 4000)).toBe(1)
  })
})

describe('what the remote says is left of a window', () => {
  test('is less those inside, goes down with each call, and comes back when the window ends', () => {
    const limit = new LearnedLimit()
    limit.leave({ remaining: 3, resetAt: T + 1000 }, 1, T)
    expect(limit.room(0, T)).toBe(2)
    limit.enter()
    limit.enter()
    expect([limit.room(0, T), limit.wait(0, T), limit.wait(0, T + 300)]).toEqual([0, 1000, 700])
    expect([limit.room(0, T + 999), limit.room(0, T + 1000)]).toEqual([0, Infinity])
    limit.enter()
    expect(limit.room(0, T + 1000)).toBe(Infinity)
  })

  test('of one window told twice is the least, until the sooner end; of the next window it is what that says', () => {
    const limit = new LearnedLimit()
    limit.leave({ remaining: 5, resetAt: T + 1000 }, 0, T)
    limit.leave({ remaining: 7, resetAt: T + 1999 }, 0, T + 1)
    expect([limit.room(0, T + 2), limit.room(0, T + 1000)]).toEqual([5, Infinity])
    limit.leave({ remaining: 5, resetAt: T + 3000 }, 0, T + 2000)
    limit.leave({ remaining: 9, resetAt: T + 4000 }, 0, T + 2001)
    expect(limit.room(0, T + 2002)).toBe(9)
    limit.leave({ remaining: 1, resetAt: T + 2500 }, 0, T + 2003)
    expect([limit.room(0, T + 2004), limit.room(0, T + 2500)]).toEqual([1, Infinity])
  })

  test('is nothing without its end, or with one that has passed', () => {
    const limit = new LearnedLimit()
    limit.leave({ remaining: 0 }, 0, T)
    limit.leave({ resetAt: T + 1000 }, 0, T)
    limit.leave({ remaining: 0, resetAt: T }, 0, T)
    expect(limit.room(0, T)).toBe(Infinity)
  })
})

describe('calls that left', () => {
  test('are kept as many as the largest limit asks about, however many there are', () => {
    const limit = new LearnedLimit()
    limit.leave({ limits: [{ limit: 2, per: 60_000 }] }, 0, T)
    for (let i = 1; i <= 5000; i++) limit.leave({}, 0, T + i)
    expect([limit.room(0, T + 5000), limit.wait(0, T + 5000)]).toEqual([0, 59_999])
    expect([limit.room(0, T + 64_999), limit.room(0, T + 65_000)]).toEqual([1, 2])
  })

  test('ahead of a clock that was set back block nobody', () => {
    const limit = new LearnedLimit()
    limit.leave({ limits: [{ limit: 2, per: 1000 }] }, 0, T)
    limit.leave({}, 0, T - 60_000)
    expect(limit.room(0, T - 60_000)).toBe(1)
  })
})
