/**
 * Webhooks over loopback: 2 KB of JSON, signed by Standard Webhooks, 64 in flight on kept connections. Every receiver checks the
 * signature over the raw bytes, reads the JSON, and answers 202 when the row is on disk: the same insert with group commit
 * (SQLite, `synchronous=FULL`) on all sides. "ours, runtime on SQLite" is a service as it is instead: a journal with dedupe keys,
 * and a decoder. The generator of load is a process of its own, which has made and signed its requests before the clock starts.
 *
 * The receiver, the generator and the disk share the machine: where they have not enough of it, the ratio of processor time
 * says more than that of requests a second.
 *
 * Run: `npx -y pnpm@12 bench ingress [--requests 20000]`
 */
import { bench } from './harness/bench.ts'
import { ratio } from './harness/row.ts'
import { sizeOption } from './harness/size-option.ts'
import { bundleReceivers, measuring, RECEIVER_NAMES } from './ingress/measuring.ts'

const n = sizeOption('requests', 20_000)

await bench({
  script: import.meta.filename,
  peers: ['express', 'fastify', 'esbuild'],
  async prepare() {
    await bundleReceivers()
    return {}
  },
  variants: Object.fromEntries(RECEIVER_NAMES.map((name) => [name, measuring(name, n)])),
  rows: [
    { row: 'webhooks', of: () => n },
    { row: 'ours / node:http', of: ratio('ours', 'node:http', 'per s'), must: { atLeast: 0.9 } },
    { row: 'ours / express 5', of: ratio('ours', 'express 5', 'per s'), must: { atLeast: 1.25 } },
    { row: 'ours / fastify', of: ratio('ours', 'fastify', 'per s') },
    { row: 'ours / hono', of: ratio('ours', 'hono', 'per s') },
    { row: 'CPU, node:http / ours', of: ratio('node:http', 'ours', 'CPU us') },
    { row: 'CPU, express 5 / ours', of: ratio('express 5', 'ours', 'CPU us') },
    {
      row: 'ours, runtime on SQLite / node:http',
      of: ratio('ours, runtime on SQLite', 'node:http', 'per s'),
    },
    {
      row: 'p99 less that of node:http',
      of: (at) => at('ours', 'p99 ms') - at('node:http', 'p99 ms'),
      unit: 'ms',
    },
  ],
})
