import { join } from 'node:path'
import { UsageError, type Given } from '../../command/arguments.ts'
import { root } from '../../command/repository.ts'

/** Which mutants to try. */
export interface GeneratedOptions {
  /** How many the seed gives. */
  readonly count: number
  readonly seed: number
  /** Begins at this one of them, from 0. */
  readonly from: number
  /** How many of them to try now. */
  readonly slice: number
  /** Only these ids. */
  readonly only: ReadonlySet<string> | undefined
  /** Tries again what was not noticed, of the report. */
  readonly survivors: boolean
  /** What the tests of one mutant may take of a processor without it: seconds. The slowest are left out beyond that. */
  readonly budget: number
  /** Where the report is written, and found again by the next slice. */
  readonly report: string
}

/** The options of the command that speak of generated mutants. */
export const GENERATED: readonly string[] = [
  'generated',
  'seed',
  'from',
  'slice',
  'survivors',
  'budget',
  'report',
]

/** Reads them; on nonsense, says so and exits with code 2. */
export const readGenerated = (options: Given['options']): GeneratedOptions => {
  try {
    return read(options)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exit(2)
  }
}

const read = (options: Given['options']): GeneratedOptions => {
  const count = whole(options, 'generated', 300, 1)
  const seed = whole(options, 'seed', 1, 0)
  const only = options.get('only')
  const report = options.get('report')
  return {
    count,
    seed,
    from: whole(options, 'from', 0, 0),
    slice: whole(options, 'slice', count, 1),
    only: typeof only === 'string' ? new Set(only.split(',')) : undefined,
    survivors: options.has('survivors'),
    budget: whole(options, 'budget', 30, 1),
    report:
      typeof report === 'string'
        ? report
        : join(root, `node_modules/.cache/mutants/seed-${seed}-of-${count}.json`),
  }
}

// `--generated` alone takes the default.
const whole = (options: Given['options'], name: string, without: number, least: number): number => {
  const given = options.get(name) ?? true
  if (given === true) return without
  const n = Number(given)
  if (Number.isSafeInteger(n) && n >= least) return n
  throw new UsageError(`--${name}: expected a whole number from ${least}, got ${given}`)
}
