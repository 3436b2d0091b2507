import { collect } from '@xconnector/core/patterns'
import type { Sample } from '../../harness/sample.ts'

interface Item {
  readonly key: string
  readonly n: number
}

const KEYS = 1000
const items: readonly Item[] = Array.from({ length: 200_000 }, (_, n) => ({ key: `key-${n % KEYS}`, n }))

/** Collects items of a thousand keys, a hundred to a group: items a second, over so many rounds. */
export const inMemory = async (as: 'lists' | 'folds', rounds: number): Promise<Sample> => {
  let seen = 0
  const round = async (): Promise<void> => {
    const options = { key: (item: Item) => item.key, size: 100 }
    const into = { start: (item: Item) => item.n, add: (sum: number, item: Item) => sum + item.n }
    const groups = as === 'lists' ? collect(items, options) : collect(items, { ...options, into })
    for await (const group of groups) seen += group.count
  }
  await round()
  seen = 0
  const before = performance.now()
  for (let i = 0; i < rounds; i++) await round()
  const took = (performance.now() - before) / 1000
  if (seen !== rounds * items.length) throw new Error(`${seen} items came out of ${rounds * items.length}`)
  return { 'per s': seen / took }
}
