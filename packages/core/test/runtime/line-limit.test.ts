import { expect, test } from 'vitest'
import { LineLimit } from '../../src/runtime/line-limit.js'
import { virtualClock } from '../../src/testing/index.js'

const MINUTE = 60_000

test('groups that are too many are counted as one, which is summed up too', async () => {
  const clock = virtualClock()
  const sums: string[] = []
  const limit = new LineLimit(clock, (more) => sums.push(`others ${more}`))
  const allows = (n: number): boolean => limit.allows(`g${n}`, 1, (more) => sums.push(`g${n} ${more}`))
  const allowed = Array.from({ length: 2000 }, (_, n) => allows(n)).filter(Boolean).length
  expect(allowed).toBe(501)
  await clock.advanceBy(MINUTE)
  expect(sums).toEqual(['others 1499'])
  expect(allows(1999)).toBe(true)
})

test('nothing is summed up of a group that kept within its lines', async () => {
  const clock = virtualClock()
  const sums: number[] = []
  const limit = new LineLimit(clock, (more) => sums.push(more))
  for (let n = 0; n < 3; n++) limit.allows('g', 3, (more) => sums.push(more))
  await clock.advanceBy(2 * MINUTE)
  limit.close()
  expect(sums).toEqual([])
})

test('after it is closed it has no timer, and still bounds', async () => {
  const clock = virtualClock()
  const sums: number[] = []
  const limit = new LineLimit(clock, () => {})
  const allows = (): boolean => limit.allows('g', 1, (more) => sums.push(more))
  expect([allows(), allows()]).toEqual([true, false])
  limit.close()
  expect(sums).toEqual([1])
  expect([allows(), allows()]).toEqual([true, false])
  await clock.advanceBy(2 * MINUTE)
  expect(sums).toEqual([1])
})
