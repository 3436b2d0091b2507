import { describe, expect, test } from 'vitest'
import { csv } from '../../src/formats/csv.js'
import { ndjson } from '../../src/formats/ndjson.js'
import { liveGrowth } from '../live-bytes.js'
import { lines } from './bytes.js'

const N = 1_000_000

/** How many items there are, and how much memory was taken on the way. */
const taken = async (items: AsyncIterable<unknown>): Promise<{ n: number; grown: number }> => {
  const memory = liveGrowth(N)
  let n = 0
  for await (const _ of items) memory.at(n++)
  return { n, grown: memory.bytes }
}

// Nine tenths of a million rows that are kept are more than 90 MiB.
const MOST = 16 * 1024 * 1024

describe('a million rows', () => {
  test('of CSV are read in flat memory', async () => {
    const file = lines(N, (i) => `${i},Product ${i},12.50,EUR\n`, 'sku,name,price,currency\n')
    const { n, grown } = await taken(csv.read(file))
    expect(n).toBe(N)
    expect(grown).toBeLessThan(MOST)
  })

  test('of NDJSON are read in flat memory', async () => {
    const { n, grown } = await taken(ndjson.read(lines(N, (i) => `{"sku":${i},"price":12.5}\n`)))
    expect(n).toBe(N)
    expect(grown).toBeLessThan(MOST)
  })

  test('that were handled are passed over without being read', async () => {
    const file = lines(N, (i) => `${i},"Product ""${i}""",12.50,EUR\n`, 'sku,name,price,currency\n')
    expect(await taken(csv.read(file, { skip: N - 1 }))).toMatchObject({ n: 1 })
  })
})
