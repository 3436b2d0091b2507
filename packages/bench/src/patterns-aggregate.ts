/**
 * The aggregator: in memory, and durably on SQLite (`synchronous=FULL`) against a bare insert loop with group commit on
 * the same disk in the same round. Items of 1 KB are accepted 500 at once: a hundred in a message (`aggregateEach`), or
 * each a message of its own, which is stored, claimed and settled by itself. Groups of a hundred are joined, emitted and
 * delivered to a target that does nothing; all of that is counted.
 *
 * Run: `npx -y pnpm@12 bench patterns-aggregate`
 */
import { bench } from './harness/bench.ts'
import { repeated } from './harness/repeated.ts'
import { ratio, type Row } from './harness/row.ts'
import { bareLoop } from './journal/bare-loop.ts'
import { durable, type Shape } from './patterns/aggregate/durable.ts'
import type { Variant } from './harness/sample.ts'
import { inMemory } from './patterns/aggregate/in-memory.ts'

const N = 20_000
const WIDTH = 64

// The disk is the noise.
const TIMES = 3

const memory = (as: string): Row => ({
  row: `aggregate in memory, ${as}, items/s`,
  of: (at) => at(`in memory, ${as}`, 'per s'),
  must: { atLeast: 100_000 },
})

const againstBare = (which: string): Row => ({
  row: `durable aggregate, ${which} / bare loop`,
  of: ratio(`durable, ${which}`, 'bare insert loop, 64', 'per s'),
})

const durably =
  (shape: Shape): Variant =>
  () =>
    repeated(TIMES, () => durable(shape, N))

await bench({
  script: import.meta.filename,
  peers: [],
  limit: 240_000,
  variants: {
    'bare insert loop, 64': () => repeated(TIMES, () => bareLoop(N, WIDTH, WIDTH)),
    'in memory, lists': () => inMemory('lists', 10),
    'in memory, folds': () => inMemory('folds', 10),
    'durable, folds, items in pages': durably({ as: 'folds', come: 'in pages' }),
    'durable, lists, items in pages': durably({ as: 'lists', come: 'in pages' }),
    'durable, folds, items alone': durably({ as: 'folds', come: 'alone' }),
    'durable, lists, items alone': durably({ as: 'lists', come: 'alone' }),
  },
  rows: [
    memory('lists'),
    memory('folds'),
    { ...againstBare('folds, items in pages'), must: { atLeast: 0.25 } },
    againstBare('lists, items in pages'),
    againstBare('folds, items alone'),
    againstBare('lists, items alone'),
    {
      row: 'durable aggregate, folds, items alone, commits an item',
      of: (at) => at('durable, folds, items alone', 'commits each'),
    },
  ],
})
