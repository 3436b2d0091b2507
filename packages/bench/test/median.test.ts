import { expect, test } from 'vitest'
import { median, quantile } from '../src/harness/median.ts'
import { repeated } from '../src/harness/repeated.ts'

test('the median is the middle one, or the mean of the middle two, whatever the order', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([9, 1, 5, 6])).toBe(5.5)
  expect(median([])).toBeNaN()
})

test('a quantile is the nearest rank', () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect(quantile(samples, 0.5)).toBe(50)
  expect(quantile(samples, 0.99)).toBe(99)
  expect(quantile(samples, 1)).toBe(100)
  expect(quantile([], 0.5)).toBeNaN()
})

test('repeated measures keep the median of each figure for itself', async () => {
  const samples = [
    { ms: 3, each: 1 },
    { ms: 1, each: 9 },
    { ms: 2, each: 5 },
  ]
  expect(await repeated(3, async () => samples.shift()!)).toEqual({ ms: 2, each: 5 })
})
