/**
 * A call of a flow of five steps (decode, map, filter, enrich, asynchronous sink) against the same steps written by
 * hand, in Effect and in RxJS: one flow alone, and six different flows that are called in turn. Every side is bundled.
 *
 * Run: `npx -y pnpm@12 bench pipeline`
 */
import { bench } from './harness/bench.ts'
import { ratio } from './harness/row.ts'
import { bundleVariable, calling, listened } from './pipeline/calls.ts'
import { bundleCopies } from './pipeline/copies.ts'

const BUNDLES = ['hand', 'flow', 'effect', 'rxjs']

await bench({
  script: import.meta.filename,
  peers: ['effect', 'rxjs', 'eventemitter3', 'esbuild'],
  async prepare() {
    const made = BUNDLES.flatMap((name) =>
      [1, 6].map(async (n) => [bundleVariable(name, n), await bundleCopies(name, n)]),
    )
    return Object.fromEntries(await Promise.all(made)) as Record<string, string>
  },
  variants: {
    'hand-written, alone': calling('hand', 1),
    'flow, alone': calling('flow', 1),
    'effect, alone': calling('effect', 1),
    'rxjs, alone': calling('rxjs', 1),
    'hand-written, six': calling('hand', 6),
    'flow, six': calling('flow', 6),
    'flow, six, three listeners': calling('flow', 6, listened()),
    'flow, six, through a destination': calling('flow', 6, (copy) => copy.counted!),
    'effect, six': calling('effect', 6),
    'rxjs, six': calling('rxjs', 6),
  },
  rows: [
    {
      row: 'flow / hand-written, six',
      of: ratio('flow, six', 'hand-written, six', 'ns'),
      must: { atMost: 2.3, aim: 1.8 },
    },
    {
      row: 'flow with three listeners / hand-written, six',
      of: ratio('flow, six, three listeners', 'hand-written, six', 'ns'),
      must: { atMost: 3.6, aim: 3 },
    },
    { row: 'effect / flow, six', of: ratio('effect, six', 'flow, six', 'ns'), must: { atLeast: 4 } },
    { row: 'rxjs / flow, six', of: ratio('rxjs, six', 'flow, six', 'ns'), must: { atLeast: 2, aim: 2.5 } },
    { row: 'flow / hand-written, alone', of: ratio('flow, alone', 'hand-written, alone', 'ns') },
    { row: 'effect / flow, alone', of: ratio('effect, alone', 'flow, alone', 'ns') },
    { row: 'rxjs / flow, alone', of: ratio('rxjs, alone', 'flow, alone', 'ns') },
    {
      row: 'flow through a destination / hand-written, six',
      of: ratio('flow, six, through a destination', 'hand-written, six', 'ns'),
    },
    { row: 'flow / hand-written, six, quietest batch', of: ratio('flow, six', 'hand-written, six', 'quiet') },
  ],
})
