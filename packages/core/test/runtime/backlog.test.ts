import { describe, expect, it } from 'vitest'
import { Backlog } from '../../src/runtime/backlog.js'

/** A count that is answered when the test says so. */
const asked = (backlog: Backlog) => {
  let answer = (_n: number): void => {}
  const exact = backlog.count(() => new Promise((resolve) => (answer = resolve)))
  return { exact, answer: (n: number) => answer(n) }
}

describe('a backlog', () => {
  it('takes over what is counted while nothing is written, and goes on from there', async () => {
    const backlog = new Backlog(10)
    const count = asked(backlog)
    count.answer(8)
    expect([await count.exact, backlog.pending, backlog.full]).toEqual([true, 8, false])
    const write = backlog.write()
    write.add(3)
    write.add(-1)
    write.end()
    expect([backlog.pending, backlog.full]).toEqual([10, true])
  })

  it('takes nothing away twice: what a count may have seen of a write that was under way', async () => {
    const backlog = new Backlog(10)
    backlog.write().add(5)
    const write = backlog.write()
    const count = asked(backlog)
    count.answer(4)
    expect(await count.exact).toBe(false)
    write.add(-1) // it has ended one of the five already
    expect(backlog.pending).toBe(4)
  })

  it('forgets nothing that was added while it was counted', async () => {
    const backlog = new Backlog(10)
    const count = asked(backlog)
    const write = backlog.write()
    write.add(2)
    write.end()
    count.answer(0)
    expect([await count.exact, backlog.pending]).toEqual([false, 2])
  })

  it('is as before when it cannot be counted', async () => {
    const backlog = new Backlog(10)
    backlog.write().add(5)
    await expect(backlog.count(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    const write = backlog.write()
    write.add(-1)
    expect(backlog.pending).toBe(4)
  })
})
