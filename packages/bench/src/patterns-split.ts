/**
 * The splitter: items a second in memory, alone and against a loop written by hand; items a second that a durable split
 * writes on SQLite (`synchronous=FULL`), against a bare insert loop with group commit on the same disk in the same round;
 * and the whole way of an item, from the split to the end of its hop.
 *
 * Run: `npx -y pnpm@12 bench patterns-split`
 */
import { bench } from './harness/bench.ts'
import { repeated } from './harness/repeated.ts'
import { ratio } from './harness/row.ts'
import { bareLoop } from './journal/bare-loop.ts'
import { durableSplit, durableSplitAndItems } from './patterns/split/durable.ts'
import { asyncItems, byHand, million } from './patterns/split/in-memory.ts'

const N = 20_000
const WIDTH = 64

// The disk is the noise.
const TIMES = 3

await bench({
  script: import.meta.filename,
  peers: [],
  variants: {
    'bare insert loop, 64': () => repeated(TIMES, () => bareLoop(N, WIDTH, WIDTH)),
    'split in memory': () => million(),
    'split in memory, asynchronous items': () => asyncItems(),
    'the same by hand': () => byHand(),
    'durable split': () => repeated(TIMES, () => durableSplit(N)),
    'durable split and items': () => durableSplitAndItems(N / 2),
  },
  rows: [
    {
      row: 'split in memory, items a second',
      of: (at) => at('split in memory', 'per s'),
      must: { atLeast: 100_000 },
    },
    {
      row: 'split in memory, asynchronous items a second',
      of: (at) => at('split in memory, asynchronous items', 'per s'),
    },
    { row: 'split in memory / by hand', of: ratio('split in memory', 'the same by hand', 'per s') },
    {
      row: 'split in memory, heap',
      of: (at) => at('split in memory', 'heap MB'),
      must: { atMost: 150 },
      unit: 'MB',
    },
    {
      row: 'durable split / bare loop',
      of: ratio('durable split', 'bare insert loop, 64', 'per s'),
      must: { atLeast: 0.25 },
    },
    {
      row: 'durable split and items / bare loop',
      of: ratio('durable split and items', 'bare insert loop, 64', 'per s'),
    },
    { row: 'durable split, commits an item', of: (at) => at('durable split', 'commits each') },
  ],
})
