/**
 * A fan-out: messages of about 1 KB to three places each, over loopback, 64 requests in flight. A flow whose targets are of one
 * client, with the journal in memory (and on SQLite), against workers over undici's pool and over axios, which keep nothing
 * and try nothing again. The server is a process of its own and answers at once. Processor time is judged: of the sender, in
 * all its threads, a message.
 *
 * Run: `npx -y pnpm@12 bench fan-out [--messages 20000]`
 */
import { bench } from './harness/bench.ts'
import { ratio } from './harness/row.ts'
import { sizeOption } from './harness/size-option.ts'
import { bundleSenders, measuring, SENDER_NAMES } from './fan-out/measuring.ts'

const n = sizeOption('messages', 20_000)
const CPU = 'CPU us'

await bench({
  script: import.meta.filename,
  peers: ['axios', 'axios-retry', 'undici', 'esbuild'],
  async prepare() {
    await bundleSenders()
    return {}
  },
  variants: Object.fromEntries(SENDER_NAMES.map((name) => [name, measuring(name, n)])),
  rows: [
    { row: 'messages', of: () => n },
    { row: 'CPU, ours / undici', of: ratio('ours', 'undici', CPU), must: { atMost: 4.6, aim: 3.8 } },
    {
      row: 'CPU, ours with undici / undici',
      of: ratio('ours, undici', 'undici', CPU),
      must: { atMost: 2.5, aim: 2 },
    },
    {
      row: 'CPU, ours with undici on SQLite / undici',
      of: ratio('ours, undici, SQLite', 'undici', CPU),
    },
    { row: 'CPU, axios / undici', of: ratio('axios', 'undici', CPU) },
    { row: 'CPU, ours / axios', of: ratio('ours', 'axios', CPU) },
    { row: 'time, ours / undici', of: (at) => at('undici', 'per s') / at('ours', 'per s') },
    {
      row: 'ours with undici on SQLite, messages a second',
      of: (at) => at('ours, undici, SQLite', 'per s'),
    },
  ],
})
