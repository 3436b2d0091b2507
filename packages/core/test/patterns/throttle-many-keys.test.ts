import { expect, test } from 'vitest'
import { ThrottleState } from '../../src/patterns/throttle-state.js'

const START = Date.UTC(2026, 0)

// A search among them that begins anew each time takes longer than the test may.
test('four hundred thousand keys, fifty thousand of which count at a time, are looked up one by one', () => {
  const state = new ThrottleState(1000, 100_000)
  const keys = 400_000
  let passed = 0
  for (let i = 0; i < keys; i++) {
    const now = START + i / 50
    if (state.line(`key ${i}`, now).pass(5, now) === 0) passed++
  }
  expect(passed).toBe(keys)
}, 15_000)

test('keys are forgotten by when they were used last, whatever the order in which they came', () => {
  const state = new ThrottleState(1000, 3)
  const pass = (key: string, at: number): number => state.line(key, START + at).pass(1, START + at)
  expect(['a', 'b', 'c'].map((key) => pass(key, 0))).toEqual([0, 0, 0])
  // Beyond the three that are remembered, all share one limit.
  expect([pass('d', 0), pass('e', 0)]).toEqual([0, START + 1000])
  expect(pass('a', 1000)).toBe(0)
  // Nothing of b and c counts any more: their places are free; a is in use.
  expect([pass('d', 1500), pass('e', 1500)]).toEqual([0, 0])
  expect([pass('a', 1500), pass('d', 1500), pass('e', 1500)]).toEqual([
    START + 2000,
    START + 2500,
    START + 2500,
  ])
})

test('who waits comes before who has just come, however many come when there is room', () => {
  const state = new ThrottleState(1000, 10)
  const ask = (who: string, at: number): number => {
    const until = state.line('k', START + at).queue(who, 1, START + at)
    return until === 0 ? 0 : until - START
  }
  expect([ask('a', 0), ask('b', 0), ask('c', 0)]).toEqual([0, 1000, 2000])
  // There is room at once, and it is that of b.
  expect([ask('d', 1000), ask('e', 1000)]).toEqual([3000, 4000])
  expect([ask('b', 1000), ask('c', 2000), ask('d', 3000), ask('e', 4000)]).toEqual([0, 0, 0, 0])
})
