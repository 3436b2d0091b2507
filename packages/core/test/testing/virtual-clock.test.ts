import { stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/ports/clock.js'
import { seededRandom } from '../../src/ports/random.js'
import { virtualClock, type VirtualClock } from '../../src/testing/virtual-clock.js'

const at = (clock: VirtualClock, start = 0): number => clock.now() - start
const zero = (): VirtualClock => virtualClock({ start: 0 })

describe('a virtual clock', () => {
  it('starts at the start of 2026, or where it is told to', () => {
    expect(virtualClock().now()).toBe(Date.UTC(2026, 0, 1))
    expect(virtualClock({ start: 5 }).now()).toBe(5)
  })

  it('fires timers by due time, then in the order in which they were made', () => {
    const clock = zero()
    const fired: string[] = []
    clock.after(20, () => fired.push(`c@${clock.now()}`))
    clock.after(10, () => fired.push(`a@${clock.now()}`))
    clock.after(10, () => fired.push(`b@${clock.now()}`))
    expect(clock.advance()).toBe(true)
    expect(fired).toEqual(['a@10', 'b@10'])
    expect(clock.advance()).toBe(true)
    expect(fired).toEqual(['a@10', 'b@10', 'c@20'])
    expect(clock.advance()).toBe(false)
    expect(clock.now()).toBe(20)
  })

  it('orders thousands of timers, many of them cancelled, as a sort would', () => {
    const random = seededRandom(7)
    const clock = zero()
    const fired: number[] = []
    const expected: { due: number; n: number }[] = []
    const cancels: { cancel: () => void; n: number }[] = []
    for (let n = 0; n < 3000; n++) {
      const due = Math.floor(random.next() * 500)
      cancels.push({ n, cancel: clock.after(due, () => fired.push(n)) })
      expected.push({ due, n })
    }
    const gone = new Set<number>()
    for (const c of cancels)
      if (random.next() < 0.4) {
        gone.add(c.n)
        c.cancel()
        c.cancel()
      }
    expect(clock.pending()).toBe(3000 - gone.size)
    while (clock.advance());
    const sorted = expected.filter((e) => !gone.has(e.n)).sort((a, b) => a.due - b.due || a.n - b.n)
    expect(fired).toEqual(sorted.map((e) => e.n))
  })

  it('does not go on for background timers, but fires them on the way, each at its own time', () => {
    const clock = zero()
    const fired: string[] = []
    clock.after(5, () => fired.push(`background@${clock.now()}`), { background: true })
    clock.after(30, () => fired.push('late'), { background: true })
    expect(clock.pending()).toBe(0)
    expect(clock.advance()).toBe(false)
    clock.after(10, () => fired.push(`own@${clock.now()}`))
    expect(clock.pending()).toBe(1)
    expect(clock.advance()).toBe(true)
    expect(fired).toEqual(['background@5', 'own@10'])
    expect(clock.advance()).toBe(false)
  })

  it('leaves a timer made for this very moment to the next move', () => {
    const clock = zero()
    let times = 0
    const again = (): void => {
      times++
      clock.after(0, again)
    }
    again()
    clock.advance()
    clock.advance()
    expect(times).toBe(3)
    expect(clock.now()).toBe(0)
  })

  it('does not fire a cancelled timer, nor one cancelled by a timer due at the same time', () => {
    const clock = zero()
    const fired: string[] = []
    clock.after(1, () => {
      fired.push('first')
      cancel()
    })
    const cancel = clock.after(1, () => fired.push('second'))
    clock.advance()
    expect(fired).toEqual(['first'])
    expect(clock.pending()).toBe(0)
  })

  it('waits for 400 days in one move', async () => {
    const clock = zero()
    const slept = clock.sleep(400 * 864e5).then(() => clock.now())
    clock.advance()
    expect(await slept).toBe(400 * 864e5)
  })

  it('ends a sleep early when its signal aborts, with the reason of the signal, and forgets its timer', async () => {
    const clock = zero()
    const stop = new AbortController()
    const slept = clock.sleep(50, stop.signal)
    const never = clock.sleep(Infinity, stop.signal)
    expect(clock.pending()).toBe(1)
    stop.abort(new Error('enough'))
    await expect(slept).rejects.toThrow('enough')
    await expect(never).rejects.toThrow('enough')
    await expect(clock.sleep(50, stop.signal)).rejects.toThrow('enough')
    expect(clock.pending()).toBe(0)
    expect(clock.advance()).toBe(false)
  })

  it('advances by a length of time, letting what wakes up sleep again', async () => {
    const clock = zero()
    const seen: number[] = []
    const loop = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10)
        seen.push(clock.now())
      }
    }
    const done = loop()
    await clock.advanceBy(25)
    expect(seen).toEqual([10, 20])
    expect(clock.now()).toBe(25)
    await clock.advanceBy(5)
    await done
    expect(seen).toEqual([10, 20, 30])
  })
})

describe('the rule by which time may move', () => {
  it('has no reason to move without timers', () => {
    expect(zero().canMove()).toBe(false)
  })

  it('holds time still while an open part does not wait on the clock', () => {
    const clock = zero()
    clock.after(10, () => {})
    expect(clock.canMove()).toBe(true)
    const hop = clock.scope('hop')
    expect(clock.canMove()).toBe(false)
    const cancel = hop.after(5, () => {})
    expect(clock.canMove()).toBe(true)
    cancel()
    cancel()
    expect(clock.canMove()).toBe(false)
    hop.close()
    hop.close()
    expect(clock.canMove()).toBe(true)
  })

  it('does not take a background timer of a part for its waiting', () => {
    const clock = zero()
    const hop = clock.scope('hop')
    clock.after(10, () => {})
    hop.after(5, () => {}, { background: true })
    expect(clock.canMove()).toBe(false)
  })

  it('matches each open part without a timer by one sleep of the root clock, but not by its timers', () => {
    const clock = zero()
    clock.scope('one')
    clock.scope('two')
    clock.after(10, () => {})
    clock.after(10, () => {})
    expect(clock.canMove()).toBe(false)
    void clock.sleep(20)
    expect(clock.canMove()).toBe(false)
    void clock.sleep(30)
    expect(clock.canMove()).toBe(true)
    clock.advance()
    expect(clock.canMove()).toBe(true)
    clock.advance()
    expect(clock.now()).toBe(20)
    expect(clock.canMove()).toBe(false)
  })

  it('matches a part by a call that queues, until that queues no more', () => {
    const clock = zero()
    clock.scope('hop')
    clock.after(10, () => {})
    const end = clock.queued()
    expect(clock.canMove()).toBe(true)
    end()
    end()
    expect(clock.canMove()).toBe(false)
  })

  it('forgets a sleep that was aborted', async () => {
    const clock = zero()
    const stop = new AbortController()
    clock.scope('hop')
    clock.after(10, () => {})
    const slept = clock.sleep(5, stop.signal)
    expect(clock.canMove()).toBe(true)
    stop.abort(new Error('enough'))
    await expect(slept).rejects.toThrow('enough')
    expect(clock.canMove()).toBe(false)
  })

  it('shows one time to all its parts, which know their root', async () => {
    const clock = zero()
    const hop = clock.scope('hop')
    const slept = hop.sleep(7).then(() => hop.now())
    clock.advance()
    expect(await slept).toBe(7)
    expect(hop.root).toBe(clock)
    expect(hop.label).toBe('hop')
  })
})

describe('settling', () => {
  it('runs everything to its end in virtual time', async () => {
    const clock = zero()
    const log: string[] = []
    let running = 2
    const hop = async (label: string, ms: number): Promise<void> => {
      const scope = clock.scope(label)
      for (let i = 0; i < 3; i++) {
        await scope.sleep(ms)
        await new Promise<void>((resolve) => clock.soon(resolve))
        log.push(`${label}@${at(clock)}`)
      }
      scope.close()
      running--
    }
    void hop('slow', 3_600_000)
    void hop('quick', 60_000)
    await clock.settle(() => running === 0)
    expect(log).toEqual([
      'quick@60000',
      'quick@120000',
      'quick@180000',
      'slow@3600000',
      'slow@7200000',
      'slow@10800000',
    ])
  })

  it('goes on after idle as long as timers are pending that are not background ones', async () => {
    const clock = zero()
    let fired = 0
    clock.after(10, () => fired++)
    clock.after(99, () => fired++, { background: true })
    await clock.settle(() => true)
    expect(fired).toBe(1)
    expect(clock.now()).toBe(10)
  })

  it('lets what a background timer sets going happen at its own time', async () => {
    const clock = zero()
    const seen: number[] = []
    const beat = async (): Promise<void> => {
      await Promise.resolve()
      seen.push(clock.now())
      clock.after(10, () => void beat(), { background: true })
    }
    void beat()
    clock.after(35, () => {})
    await clock.settle(() => true)
    expect(seen).toEqual([0, 10, 20, 30])
    expect(clock.now()).toBe(35)
  })

  it('holds time still while real I/O is under way in an open part', async () => {
    const clock = zero()
    const scope = clock.scope('real')
    let elsewhere: number | undefined
    let answered: number | undefined
    clock.after(1000, () => (elsewhere = clock.now()))
    const call = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) await stat(import.meta.filename)
      expect(elsewhere).toBeUndefined()
      answered = clock.now()
      scope.close()
    }
    const called = call()
    await clock.settle(() => answered !== undefined)
    await called
    expect(answered).toBe(0)
    expect(elsewhere).toBe(1000)
  })

  it('gives what is under way outside the clock a few turns before it moves', async () => {
    const clock = zero()
    const seen: number[] = []
    clock.after(10, () => seen.push(clock.now()))
    const early = (): void => void clock.after(5, () => seen.push(clock.now()))
    systemClock.soon(() => systemClock.soon(() => systemClock.soon(early)))
    await clock.settle(() => true)
    expect(seen).toEqual([5, 10])
  })

  it('names the parts that are stuck when nothing happens for too long', async () => {
    const clock = zero()
    clock.scope('sync/post-asset')
    void clock.scope('sync/other').sleep(10)
    await expect(clock.settle(() => true, { patience: 20 })).rejects.toThrow(
      'nothing happened for 20 real ms; busy, not waiting on the clock: "sync/post-asset"; timers pending: 1',
    )
  })

  it('gives up when it never becomes idle', async () => {
    await expect(zero().settle(() => false, { patience: 20 })).rejects.toThrow('no open hop is busy')
  })

  it('gives up after so many moves', async () => {
    const clock = zero()
    const again = (): void => void clock.after(1, again)
    again()
    await expect(clock.settle(() => true, { limit: 50 })).rejects.toThrow('not settled after 50 moves')
    expect(clock.now()).toBe(50)
  })

  it('rejects with what a timer threw', async () => {
    const clock = zero()
    clock.after(1, () => {
      throw new Error('bug')
    })
    await expect(clock.settle(() => true)).rejects.toThrow('bug')
    expect(clock.pending()).toBe(0)
  })
})
