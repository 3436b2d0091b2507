import { seededRandom } from '@xconnector/core'
import { describe, expect, it } from 'vitest'
import { theilSen } from '../src/load/slope.ts'

const random = seededRandom(3)
/** Ten minutes of samples, one a second: minutes and MiB. */
const samples = (of: (minute: number) => number): readonly (readonly [number, number])[] =>
  Array.from({ length: 600 }, (_, i) => [i / 60, of(i / 60)] as const)
const noise = (by: number): number => (random.next() - 0.5) * 2 * by

describe('the slope by Theil and Sen', () => {
  it('is that of a line', () => {
    expect(theilSen(samples((minute) => 200 + 3 * minute))).toBeCloseTo(3)
  })

  it('finds a leak of 2 MiB a minute under a saw-tooth of garbage of 40 MiB', () => {
    expect(theilSen(samples((minute) => 200 + 2 * minute + ((minute * 7) % 1) * 40 + noise(5)))).toBeCloseTo(
      2,
      0,
    )
  })

  it('does not take noise for a leak', () => {
    expect(Math.abs(theilSen(samples(() => 200 + noise(20))))).toBeLessThan(1)
  })

  it('does not take a burst of a minute for a leak', () => {
    const burst = samples((minute) => (minute > 8 && minute < 9 ? 400 : 200) + noise(2))
    expect(Math.abs(theilSen(burst))).toBeLessThan(0.5)
  })

  it('takes the same of many points as of few', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => [i, 5 * i + noise(10)] as const)
    expect(theilSen(many)).toBeCloseTo(5, 1)
  })

  it.each([[[]], [[[1, 1]] as const]])('is not a number of %j', (points) => {
    expect(theilSen(points)).toBeNaN()
  })
})
