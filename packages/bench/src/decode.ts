/**
 * Decoding a 30-field entry: the compiled guard against io-ts's own `decode`, with zod, valibot and ajv beside them for
 * scale. Where half of the entries are bad, two fields of each are, and every side reads out all paths and messages; no
 * side builds a failure. Every side is bundled.
 *
 * Run: `npx -y pnpm@12 bench decode`
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Side } from './decode/side.ts'
import { entries } from './entries/entry.ts'
import { bench } from './harness/bench.ts'
import { bundle } from './harness/bundle.ts'
import { workFolder } from './harness/places.ts'
import { ratio } from './harness/row.ts'
import type { Variant } from './harness/sample.ts'
import { timed } from './harness/timed.ts'

const SIDES = ['guard', 'io-ts', 'zod', 'valibot', 'ajv']
const COUNT = 1000

const variable = (name: string): string => `BENCH_DECODE_${name.replaceAll('-', '_').toUpperCase()}`

const load = async (name: string): Promise<Side> =>
  ((await import(pathToFileURL(process.env[variable(name)]!).href)) as { readonly side: Side }).side

const good = entries(COUNT, 1)
const bad = entries(COUNT, 2, true)
const mixed = good.map((entry, i) => (i % 2 === 0 ? entry : bad[i]))

const deciding =
  (name: string, values: readonly unknown[]): Variant =>
  async () => {
    const side = await load(name)
    for (const entry of good) if (side(entry) !== 1) throw new Error(`${name} refuses a good entry`)
    for (const entry of bad) if (side(entry) < 2) throw new Error(`${name} takes a bad entry`)
    let read = 0
    const sample = await timed((n) => {
      for (let i = 0; i < n; i++) read += side(values[i % COUNT])
    }, 10 * COUNT)
    if (read === 0) throw new Error('nothing was read')
    return sample
  }

await bench({
  script: import.meta.filename,
  peers: ['io-ts', 'fp-ts', 'zod', 'valibot', 'ajv'],
  async prepare() {
    const made = SIDES.map(async (name) => [
      variable(name),
      await bundle(`export { side } from './decode/${name}.ts'`, join(workFolder('decode'), `${name}.mjs`)),
    ])
    return Object.fromEntries(await Promise.all(made)) as Record<string, string>
  },
  variants: Object.fromEntries(
    SIDES.flatMap((name) => [
      [`${name}, valid`, deciding(name, good)],
      [`${name}, half invalid`, deciding(name, mixed)],
    ]),
  ),
  rows: [
    { row: 'io-ts / guard, valid', of: ratio('io-ts, valid', 'guard, valid', 'ns'), must: { atLeast: 20 } },
    {
      row: 'io-ts / guard, half of them invalid',
      of: ratio('io-ts, half invalid', 'guard, half invalid', 'ns'),
      must: { atLeast: 5, aim: 10 },
    },
    ...['zod', 'valibot', 'ajv'].flatMap((peer) => [
      { row: `${peer} / guard, valid`, of: ratio(`${peer}, valid`, 'guard, valid', 'ns') },
      {
        row: `${peer} / guard, half of them invalid`,
        of: ratio(`${peer}, half invalid`, 'guard, half invalid', 'ns'),
      },
    ]),
  ],
})
