/**
 * The HTTP client: processor time of a GET and of a POST of 2 KB, summed, at 64 in flight, over loopback. The server is a
 * process of its own and answers at once. Our client decodes the answer and sends an idempotency key; the others read JSON.
 *
 * "axios, stock" is `axios.create({ baseURL })`: its default agent, which keeps connections, and default redirects.
 * "axios, agent, no redirects" is what an API's client would set: an agent of 64 kept connections, `maxRedirects: 0`; with
 * `http({ axios })` our client sends by that very instance. "the axios of ours" is the instance that our client makes where
 * none is given, with axios-retry and its adapter, given complete requests.
 *
 * The layer is judged in turns: two clients in one process, a fifth of the requests each at a time, so that what else the machine
 * does meets both alike.
 *
 * Run: `npx -y pnpm@12 bench http-client [--requests 10000]`
 */
import { bench } from './harness/bench.ts'
import { ratio, type Row } from './harness/row.ts'
import { sizeOption } from './harness/size-option.ts'
import {
  bundleCallers,
  CALLER_NAMES,
  measuring,
  measuringInTurns,
  PAIR_NAMES,
  type PairName,
} from './http-client/measuring.ts'

const n = sizeOption('requests', 10_000)
const CPU = 'CPU us, both'

/** A ratio of a tenth is found only where both sides take turns. */
const pair =
  (name: PairName): Row['of'] =>
  (at) =>
    at(name, CPU) / at(name, `${CPU}, second`)

await bench({
  script: import.meta.filename,
  peers: ['axios', 'axios-retry', 'got', 'ky', 'undici', 'esbuild'],
  async prepare() {
    await bundleCallers()
    return {}
  },
  variants: Object.fromEntries([
    ...CALLER_NAMES.map((name) => [name, measuring(name, n)]),
    ...PAIR_NAMES.map((name) => [name, measuringInTurns(name, n)]),
  ]),
  rows: [
    { row: 'requests of each kind', of: () => n },
    {
      row: 'ours / the axios of ours',
      of: pair('in turns: ours, its axios'),
      must: { atMost: 1.1 },
    },
    {
      row: 'ours with an axios of the user / that axios',
      of: pair('in turns: ours with an axios, that axios'),
      must: { atMost: 1.1 },
    },
    { row: 'ours / axios, stock', of: ratio('ours', 'axios, stock', CPU), must: { atMost: 0.85 } },
    {
      row: 'ours with undici / axios, stock',
      of: ratio('ours, undici', 'axios, stock', CPU),
      must: { atMost: 0.55, aim: 0.45 },
    },
    {
      row: 'ours with undici / the axios of ours, undici',
      of: pair('in turns: ours with undici, its axios'),
    },
    {
      row: 'ours / axios, agent, no redirects',
      of: ratio('ours', 'axios, agent, no redirects', CPU),
    },
    { row: 'ours / got', of: ratio('ours', 'got', CPU) },
    { row: 'ours / ky', of: ratio('ours', 'ky', CPU) },
    { row: 'ours / fetch', of: ratio('ours', 'fetch', CPU) },
    { row: 'ours / node:http', of: ratio('ours', 'node:http', CPU) },
    { row: 'ours with undici / undici.request', of: ratio('ours, undici', 'undici.request', CPU) },
  ],
})
