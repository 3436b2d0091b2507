import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { answerParent, measureInChild } from './child.ts'
import { machine, type Machine } from './machine.ts'
import { readOptions, ROUNDS, type Options } from './options.ts'
import { packageFolder } from './places.ts'
import { progress } from './progress.ts'
import { judge, type Judged, type Row } from './row.ts'
import { isAbsent, type Absent, type Round, type Sample, type Variant } from './sample.ts'
import { rowTable, variantTable } from './table.ts'
import { versionsOf } from './versions.ts'

/** What a bench compares. */
export interface Bench {
  /** The script, which every variant's process runs again: `import.meta.filename`. */
  readonly script: string
  /** Of its results. Default: the script's. */
  readonly name?: string
  readonly variants: Readonly<Record<string, Variant>>
  readonly rows: readonly Row[]
  /** Packages whose versions belong to the figures. */
  readonly peers: readonly string[]
  /** Once, before the first round. Its result goes into the environment of the variants' processes. */
  readonly prepare?: () => Promise<Readonly<Record<string, string>>>
  readonly nodeArguments?: readonly string[]
  /** Milliseconds after which a variant's process is ended. Default: two minutes. */
  readonly limit?: number
}

/** What is written to `results/<name>.json`. */
interface Results {
  readonly bench: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly rows: readonly Judged[]
  readonly samples: readonly Readonly<Record<string, Sample | Absent>>[]
}

/**
 * Runs a bench: in every round each variant once, in a process of its own, in an order that turns with the round. A
 * judged figure is the median of its figures per round. Prints the tables, writes every sample, and sets the exit code
 * to 1 when a bound is missed.
 */
export const bench = async (b: Bench): Promise<void> => {
  const options = commandLine()
  if (options.child !== undefined) return answerParent(variantOf(b, options.child))
  const name = b.name ?? basename(b.script, '.ts')
  const before = machine()
  const rounds = await measured(b, options)
  const rows = b.rows.map((row) => judge(row, rounds))
  const versions = versionsOf(b.peers)
  write(name, {
    bench: name,
    machine: before,
    versions,
    rows,
    samples: rounds.map((r) => Object.fromEntries(r)),
  })
  console.log(
    `${name}: ${rounds.length} rounds, ${before.cores} cores, load ${before.load}, Node ${before.node}`,
  )
  console.log(
    Object.entries(versions)
      .map(([peer, version]) => `${peer} ${version}`)
      .join(', '),
  )
  console.log(`\n${variantTable(rounds)}\n\n${rowTable(rows)}`)
  if (rounds.length < ROUNDS) console.log(`\nfewer than ${ROUNDS} rounds: not to be quoted`)
  if (rows.some((row) => row.verdict === 'missed')) process.exitCode = 1
}

const commandLine = (): Options => {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error((error as Error).message)
    process.exit(2)
  }
}

const variantOf = (b: Bench, name: string): Variant => {
  const variant = b.variants[name]
  if (variant === undefined) throw new Error(`there is no variant "${name}"`)
  return variant
}

const measured = async (b: Bench, { rounds, only }: Options): Promise<readonly Round[]> => {
  const names = Object.keys(b.variants).filter(
    (name) => only.length === 0 || only.some((part) => name.includes(part)),
  )
  if (names.length === 0) {
    console.error(`--only names none of: ${Object.keys(b.variants).join(', ')}`)
    process.exit(2)
  }
  const environment = (await b.prepare?.()) ?? {}
  const line = progress()
  const done: Round[] = []
  // What is absent once is absent in every round.
  const absent = new Map<string, Absent>()
  for (let round = 0; round < rounds; round++) {
    const found = new Map<string, Sample | Absent>()
    for (const [i, variant] of (round % 2 === 0 ? names : names.toReversed()).entries()) {
      line.say(round * names.length + i, rounds * names.length, `round ${round + 1}: ${variant}`)
      const known = absent.get(variant)
      const sample =
        known ??
        (await measureInChild({
          script: b.script,
          variant,
          nodeArguments: b.nodeArguments ?? [],
          environment,
          limit: b.limit ?? 120_000,
        }))
      if (isAbsent(sample)) absent.set(variant, sample)
      found.set(variant, sample)
    }
    done.push(new Map(names.map((name) => [name, found.get(name)!])))
  }
  line.clear()
  return done
}

const write = (name: string, results: Results): void => {
  const folder = join(packageFolder, 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`)
}
