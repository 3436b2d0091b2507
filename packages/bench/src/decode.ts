/**
 * Decoding a 30-field entry: the compiled guard against io-ts's own `decode`, with zod beside them. Every side reads out
 * all paths and messages; no side builds a failure. Five interleaved rounds; a ratio is the peer's time over ours.
 *
 * Run: `node packages/bench/src/decode.ts`
 */
import { existsSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { entries } from './entry.ts'

// The sources import each other as `.js`; run from source, those are `.ts` files.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL !== undefined) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL)
      if (source.protocol === 'file:' && existsSync(fileURLToPath(source))) return next(source.href, context)
    }
    return next(specifier, context)
  },
})

const { decider } = await import('../../core/src/decode/decode-with.ts')
const require = createRequire(new URL('../../core/package.json', import.meta.url))
const t = require('io-ts')
const { z } = require('zod')

const Image = t.type({ uid: t.string, url: t.string, width: t.number, height: t.number, alt: t.string })
const Block = t.type({ kind: t.string, text: t.string, order: t.number })
const EntryCodec = t.type({
  uid: t.string,
  title: t.string,
  url: t.string,
  locale: t.string,
  version: t.number,
  published: t.boolean,
  createdAt: t.string,
  updatedAt: t.string,
  createdBy: t.string,
  updatedBy: t.string,
  tags: t.array(t.string),
  seo: t.type({ title: t.string, description: t.string, noIndex: t.boolean }),
  hero: t.type({ headline: t.string, kicker: t.union([t.string, t.null]), image: Image }),
  author: t.type({ uid: t.string, name: t.string, email: t.string }),
  blocks: t.array(Block),
  publishDetails: t.type({ environment: t.string, time: t.string, user: t.string }),
})
const EntrySchema = z.object({
  uid: z.string(),
  title: z.string(),
  url: z.string(),
  locale: z.string(),
  version: z.number(),
  published: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
  createdBy: z.string(),
  updatedBy: z.string(),
  tags: z.array(z.string()),
  seo: z.object({ title: z.string(), description: z.string(), noIndex: z.boolean() }),
  hero: z.object({
    headline: z.string(),
    kicker: z.union([z.string(), z.null()]),
    image: z.object({
      uid: z.string(),
      url: z.string(),
      width: z.number(),
      height: z.number(),
      alt: z.string(),
    }),
  }),
  author: z.object({ uid: z.string(), name: z.string(), email: z.string() }),
  blocks: z.array(z.object({ kind: z.string(), text: z.string(), order: z.number() })),
  publishDetails: z.object({ environment: z.string(), time: z.string(), user: z.string() }),
})

interface Entry {
  readonly key: string
  readonly type: { readonly name: string }
}
type Side = (value: unknown) => number

const decide = decider(EntryCodec)
const sides: Readonly<Record<'guard' | 'io-ts' | 'zod', Side>> = {
  guard: (value) => {
    const verdict = decide(value)
    if (verdict instanceof Promise || verdict._tag === 'Right') return 1
    let read = 0
    for (const issue of verdict.left) read += issue.path.join('.').length + issue.message.length
    return read
  },
  'io-ts': (value) => {
    const verdict = EntryCodec.decode(value)
    if (verdict._tag === 'Right') return 1
    let read = 0
    for (const { context } of verdict.left as readonly { readonly context: readonly Entry[] }[]) {
      const path: string[] = []
      for (let i = 1; i < context.length; i++) path.push(context[i]!.key)
      read += path.join('.').length + `expected ${context.at(-1)!.type.name}`.length
    }
    return read
  },
  zod: (value) => {
    const verdict = EntrySchema.safeParse(value)
    if (verdict.success) return 1
    let read = 0
    for (const issue of verdict.error.issues) read += issue.path.join('.').length + issue.message.length
    return read
  },
}

const ROUNDS = 5
const MILLISECONDS = 150
let sink = 0

/** Nanoseconds a value, over at least `MILLISECONDS`. */
const timed = (side: Side, values: readonly unknown[]): number => {
  const start = performance.now()
  let done = 0
  while (performance.now() - start < MILLISECONDS) {
    for (const value of values) sink += side(value)
    done += values.length
  }
  return ((performance.now() - start) * 1e6) / done
}

const median = (samples: readonly number[]): number => samples.toSorted((a, b) => a - b)[samples.length >> 1]!
const round = (n: number): number => Math.round(n * 100) / 100

const good = entries(1000, 1)
const bad = entries(1000, 2, true)
const rows = {
  'decode, valid': good,
  'decode, half of them invalid': good.map((value, i) => (i % 2 === 0 ? value : bad[i])),
}
for (const value of bad)
  if (sides.guard(value) < 2 || EntryCodec.decode(value).left.length !== 2)
    throw new Error('a bad entry has two bad fields')

const versions = {
  node: process.version,
  'io-ts': require('io-ts/package.json').version,
  zod: require('zod/package.json').version,
}
for (const [row, values] of Object.entries(rows)) {
  for (const side of Object.values(sides)) timed(side, values)
  const rounds = Array.from({ length: ROUNDS }, (_, i) => {
    const order = Object.entries(sides)
    if (i % 2 === 1) order.reverse()
    return Object.fromEntries(order.map(([name, side]) => [name, timed(side, values)]))
  })
  for (const peer of ['io-ts', 'zod']) {
    const samples = rounds.map((r) => round(r[peer]! / r['guard']!))
    const nanoseconds = {
      guard: Math.round(median(rounds.map((r) => r['guard']!))),
      [peer]: Math.round(median(rounds.map((r) => r[peer]!))),
    }
    console.log(
      JSON.stringify({
        row: `${row}, against ${peer}`,
        ratio: median(samples),
        samples,
        nanoseconds,
        versions,
      }),
    )
  }
}
if (sink === 0) throw new Error('nothing was measured')
