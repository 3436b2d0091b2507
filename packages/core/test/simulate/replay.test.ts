import { expect, test } from 'vitest'
import { simulate } from '../../src/testing/index.js'
import { options, orders, world } from './orders.js'

const hashes = async (from: number, count: number): Promise<readonly string[]> => {
  const all: string[] = []
  for (let seed = from; seed < from + count; seed++)
    all.push(
      (await simulate([orders], { ...options, world: world(2), processes: 1 + (seed % 2), seed })).hash,
    )
  return all
}

test('a seed gives the same run each time, line by line: 200 seeds twice', async () => {
  const first = await hashes(1, 200)
  expect(await hashes(1, 200)).toEqual(first)
  expect(new Set(first).size).toBeGreaterThan(195)
})

test('a run does not depend on the runs before it', async () => {
  const [, , third] = await hashes(1, 3)
  expect(await hashes(3, 1)).toEqual([third])
})
