import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { sourcesIn } from './candidates.ts'
import { keep, keptUnder, read } from './kept.ts'
import { around, probed, type Stretch } from './probes.ts'
import { testedCopy, type TestsEnd } from './tested-copy.ts'

/** A test file: what it takes, and which stretches of the sources it comes through. Milliseconds. */
export interface ReachingTest {
  readonly path: string
  /** Of the processor: how long it seems depends on what else goes on. */
  readonly takes: number
  /** How long its longest test seemed. */
  readonly longest: number
  readonly reaches: readonly number[]
}

/** Which tests come where. */
export interface Reach {
  readonly stretches: readonly Stretch[]
  readonly tests: readonly ReachingTest[]
}

const SETUP = `import { appendFileSync } from 'node:fs'
import { afterAll, expect } from 'vitest'
globalThis.PROBES = new Set()
const began = process.cpuUsage()
afterAll(() => {
  const { user, system } = process.cpuUsage(began)
  const takes = Math.ceil((user + system) / 1000)
  const line = { path: expect.getState().testPath, takes, reaches: [...globalThis.PROBES] }
  appendFileSync(process.env.REACH_FILE, JSON.stringify(line) + '\\n')
})
`

/**
 * Runs every test of core and the SQLite journal once over sources that tell what of them runs. Kept for as long as the
 * sources and tests stay the same. Tests that fail without any fault are told of, and left out. `tests`: only these.
 */
export const measureReach = async (
  checkout: string,
  say: (line: string) => void,
  tests: readonly string[] = [],
): Promise<Reach> => {
  const copy = testedCopy(checkout)
  try {
    const texts = new Map(sourcesIn(copy.folder).map((f) => [f, readFileSync(join(copy.folder, f), 'utf8')]))
    const stretches: Stretch[] = []
    for (const [file, text] of texts) {
      const p = probed(file, text, stretches.length)
      stretches.push(...p.stretches)
      writeFileSync(join(copy.folder, file), p.text)
    }
    const setup = join(copy.folder, 'packages/reach.mjs')
    const lines = join(copy.folder, 'reach.jsonl')
    writeFileSync(setup, SETUP)
    writeFileSync(lines, '')
    const end = await copy.run(tests, { setup, env: { REACH_FILE: lines }, limit: 3_600_000 })
    if (end.report === undefined) throw new Error(`the tests did not run: ${end.first}`)
    const told = new Map(
      readFileSync(lines, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Pick<ReachingTest, 'path' | 'takes' | 'reaches'>)
        .map((line) => [line.path, line]),
    )
    return { stretches, tests: testsOf(end, told, copy.folder, say) }
  } finally {
    copy.dispose()
  }
}

const testsOf = (
  { report }: TestsEnd,
  lines: ReadonlyMap<string, Pick<ReachingTest, 'takes' | 'reaches'>>,
  folder: string,
  say: (line: string) => void,
): readonly ReachingTest[] =>
  (report?.testResults ?? []).flatMap((file): ReachingTest[] => {
    const path = relative(folder, file.name).split(sep).join('/')
    if (file.status !== 'passed') {
      say(`left out, it fails without any fault: ${path}`)
      return []
    }
    const longest = Math.max(
      0,
      ...file.assertionResults.map((t) => (t as unknown as { readonly duration?: number }).duration ?? 0),
    )
    const line = lines.get(file.name)
    return line === undefined ? [] : [{ path, takes: line.takes, longest, reaches: line.reaches }]
  })

/** The tests that come to a place, the fastest first, as many as take not longer than `budget` milliseconds together. */
export const testsFor = (
  { stretches, tests }: Reach,
  place: { readonly file: string; readonly start: number; readonly end: number },
  budget: number,
): readonly ReachingTest[] => {
  const ids = new Set(around(stretches, place))
  let took = 0
  return tests
    .filter((t) => t.reaches.some((id) => ids.has(id)))
    .toSorted((a, b) => a.takes - b.takes)
    .filter((t) => (took += t.takes) <= budget)
}

/** Where the reach of a checkout is kept: under a hash of everything that it depends on. */
export const reachFile = (checkout: string, inputs: readonly string[]): string =>
  keptUnder(
    'reach',
    inputs.map((path) => join(checkout, path)),
  )

/** `measureReach`, remembered. */
export const rememberedReach = async (
  checkout: string,
  inputs: readonly string[],
  say: (line: string) => void,
): Promise<Reach> => {
  const file = reachFile(checkout, inputs)
  const kept = read<Reach>(file)
  if (kept !== undefined) return kept
  say('looking which test comes where: every test of core and of the SQLite journal runs once')
  const reach = await measureReach(checkout, say)
  keep(file, reach)
  return reach
}
