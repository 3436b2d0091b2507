import { expect, test } from 'vitest'
import type { Clock } from '../../src/index.js'
import { deadlineSignal } from '../../src/run/deadline.js'

/** A clock whose one timer is run by hand. */
const clockOf = (): Clock & { ring: (() => void) | undefined; after_: number } => ({
  ring: undefined,
  after_: 0,
  now: () => 1000,
  sleep: () => Promise.reject(new Error('not used')),
  soon: () => {},
  after(ms, f) {
    this.after_ = ms
    this.ring = f
    return () => (this.ring = undefined)
  },
})

test('a deadline aborts its signal with a TimeoutError when its time has come', () => {
  const clock = clockOf()
  const { signal, deadline } = deadlineSignal(clock, 1500)
  expect([deadline, clock.after_, signal.aborted]).toEqual([1500, 500, false])
  clock.ring!()
  expect((signal.reason as DOMException).name).toBe('TimeoutError')
})

test('an outer signal aborts it too, with its own reason, at once where it has aborted already', () => {
  const outer = new AbortController()
  const under = deadlineSignal(clockOf(), 1500, outer.signal)
  outer.abort('enough')
  expect(under.signal.reason).toBe('enough')
  expect(deadlineSignal(clockOf(), 1500, outer.signal).signal.reason).toBe('enough')
})

test('a cancelled one hears neither its timer nor the outer signal any more', () => {
  const clock = clockOf()
  const outer = new AbortController()
  const under = deadlineSignal(clock, 1500, outer.signal)
  under.cancel()
  outer.abort('enough')
  expect([clock.ring, under.signal.aborted]).toEqual([undefined, false])
})
