import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/index.js'

const DAY = 864e5

describe('the machine’s clock', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('waits longer than the platform’s 32 bits of milliseconds, and not a turn', () => {
    let fired = 0
    systemClock.after(35 * DAY, () => fired++)
    vi.advanceTimersByTime(35 * DAY - 1)
    expect(fired).toBe(0)
    vi.advanceTimersByTime(1)
    expect(fired).toBe(1)
    vi.advanceTimersByTime(100 * DAY)
    expect(fired).toBe(1)
  })

  test('a cancelled wait never fires, in its first part or a later one', () => {
    let fired = 0
    systemClock.after(10, () => fired++)()
    const cancel = systemClock.after(35 * DAY, () => fired++)
    vi.advanceTimersByTime(30 * DAY)
    cancel()
    vi.advanceTimersByTime(30 * DAY)
    expect([fired, vi.getTimerCount()]).toEqual([0, 0])
  })

  test('a sleep ends with the reason of its signal, at once, and leaves no timer and no listener', async () => {
    const control = new AbortController()
    const slept = systemClock.sleep(1000, control.signal)
    control.abort(new Error('enough'))
    await expect(slept).rejects.toThrow('enough')
    await expect(systemClock.sleep(1000, control.signal)).rejects.toThrow('enough')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('what is past is due at once', () => {
    let fired = 0
    systemClock.after(-5, () => fired++)
    vi.advanceTimersByTime(0)
    expect(fired).toBe(1)
  })
})
