/**
 * Durability on SQLite (`synchronous=FULL`): accepting, working off, the whole way of a message, latency and the delay
 * of the event loop, against a bare insert loop with group commit on the same disk in the same round, and BullMQ on a
 * Redis server that syncs at every write, where redis-server is installed.
 *
 * Run: `npx -y pnpm@12 bench journal`
 */
import { bench } from './harness/bench.ts'
import { repeated } from './harness/repeated.ts'
import { ratio, type Row } from './harness/row.ts'
import type { Sample } from './harness/sample.ts'
import { accepting } from './journal/accepting.ts'
import { bareLoop } from './journal/bare-loop.ts'
import { bullmqAdding } from './journal/bullmq.ts'
import { latency } from './journal/latency.ts'
import { loopDelay } from './journal/loop-delay.ts'
import { processing, wholeFlow } from './journal/processing.ts'

const N = 20_000
const WIDTH = 64

// The disk is the noise.
const TIMES = 3

const accept = (dedupe: boolean, thread: 'worker' | 'main') => (): Promise<Sample> =>
  repeated(TIMES, () => accepting(N, WIDTH, { dedupe, thread }))

const delay = (processes: string): Row => ({
  row: `event-loop delay at 70 %, p99 less idle, ${processes}`,
  of: (at) => at(`loop delay, ${processes}`, 'p99 ms') - at(`loop delay, ${processes}`, 'idle p99 ms'),
  must: { atMost: 10 },
  unit: 'ms',
})

await bench({
  script: import.meta.filename,
  peers: ['bullmq', 'ioredis'],
  limit: 240_000,
  variants: {
    'bare insert loop, 64': () => repeated(TIMES, () => bareLoop(N, WIDTH, WIDTH)),
    'bare insert loop, one at a time': () => bareLoop(1000, 1, 1),
    accept: accept(false, 'worker'),
    'accept, dedupe key': accept(true, 'worker'),
    'accept, main thread': accept(false, 'main'),
    'accept, dedupe key, main thread': accept(true, 'main'),
    'bullmq add': () => bullmqAdding(N / 4, WIDTH),
    'process, 1': () => processing(1000, 1),
    'process, 16': () => processing(N / 4, 16),
    'process, 64': () => processing(N / 2, 64),
    'whole flow': () => wholeFlow(N / 2),
    'latency at 25/s': () => latency(125),
    'loop delay, 1 process': () => loopDelay(1),
    'loop delay, 4 processes': () => loopDelay(4),
  },
  rows: [
    {
      row: 'accept / bare loop',
      of: ratio('accept', 'bare insert loop, 64', 'per s'),
      must: { atLeast: 0.5, aim: 0.6 },
    },
    {
      row: 'accept with a dedupe key / bare loop',
      of: ratio('accept, dedupe key', 'bare insert loop, 64', 'per s'),
      must: { atLeast: 0.3, aim: 0.4 },
    },
    { row: 'accept / bullmq add', of: ratio('accept', 'bullmq add', 'per s'), must: { atLeast: 3, aim: 5 } },
    {
      row: 'whole flow / bare loop',
      of: ratio('whole flow', 'bare insert loop, 64', 'per s'),
      must: { atLeast: 0.05, aim: 0.07 },
    },
    {
      row: 'whole flow, commits a message',
      of: (at) => at('whole flow', 'commits each'),
      must: { atMost: 0.1 },
    },
    {
      row: 'latency of one hop at 25/s, p50 less two fsyncs',
      of: (at) => at('latency at 25/s', 'p50 ms') - 2 * at('latency at 25/s', 'fsync ms'),
      must: { atMost: 2 },
      unit: 'ms',
    },
    delay('1 process'),
    delay('4 processes'),
    {
      row: 'accept on the main thread / bare loop',
      of: ratio('accept, main thread', 'bare insert loop, 64', 'per s'),
    },
    {
      row: 'accept with a dedupe key on the main thread / bare loop',
      of: ratio('accept, dedupe key, main thread', 'bare insert loop, 64', 'per s'),
    },
  ],
})
