import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from '../command/child.ts'
import { toolEnvironment } from '../command/pnpm.ts'
import { root } from '../command/repository.ts'
import type { VitestReport } from '../steps/vitest.ts'
import { mutate, type Mutant } from './mutant.ts'

/** What a run of some tests showed. */
export interface TestRun {
  readonly passed: number
  readonly failed: number
  /** Files that could not be collected, and test files that were not found. */
  readonly broken: readonly string[]
  /** The first failure, one line. */
  readonly first: string
  readonly output: string
}

/** How a mutant fared. Only `killed` is good. */
export type Verdict = 'killed' | 'survived' | 'broken'

export interface TrialResult {
  readonly mutant: Mutant
  readonly verdict: Verdict
  /** The test that noticed, or what is wrong. */
  readonly detail: string
}

/** Runs test files in a copy. `limit`: milliseconds. */
export const runTests = async (copy: string, tests: readonly string[], limit = 300_000): Promise<TestRun> => {
  const file = join(copy, 'report.json')
  rmSync(file, { force: true })
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', ...tests, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { output } = await runNode(args, { cwd: copy, env: toolEnvironment(), limit })
  if (!existsSync(file)) return { passed: 0, failed: 0, broken: ['no report'], first: '', output }
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport
  const all = report.testResults.flatMap((r) => r.assertionResults)
  const failures = all.filter((t) => t.status === 'failed')
  const uncollected = report.testResults.filter((r) => r.assertionResults.length === 0)
  const missing = tests.filter(
    (test) => !report.testResults.some((r) => r.name.replaceAll('\\', '/').endsWith(test)),
  )
  return {
    passed: all.filter((t) => t.status === 'passed').length,
    failed: failures.length,
    broken: [
      ...uncollected.map((r) => `${r.name}: ${r.message?.split('\n')[0] ?? 'no tests'}`),
      ...missing.map((test) => `${test}: no such test file`),
    ],
    first: failures[0]?.fullName ?? '',
    output,
  }
}

// The bundles only: their types are of no use to a test that runs.
const bundle = async (copy: string, packages: readonly string[]): Promise<void> => {
  for (const name of packages) {
    const cwd = join(copy, 'packages', name)
    const built = await runNode([join(root, 'node_modules/tsup/dist/cli-default.js'), '--no-dts'], { cwd })
    if (built.code !== 0) throw new Error(`cannot bundle ${name}:\n${built.output}`)
  }
}

/** Puts a mutant into a copy, runs its tests, and takes it out again. */
export const tryMutant = async (copy: string, mutant: Mutant): Promise<TrialResult> => {
  const result = (verdict: Verdict, detail: string): TrialResult => ({ mutant, verdict, detail })
  const path = join(copy, mutant.file)
  if (!existsSync(path)) return result('broken', `there is no ${mutant.file}`)
  const original = readFileSync(path, 'utf8')
  try {
    writeFileSync(path, mutate(original, mutant))
    await bundle(copy, mutant.build ?? [])
    const run = await runTests(copy, mutant.tests)
    // A fault that only keeps the tests from starting proves nothing about them.
    if (run.broken.length > 0) return result('broken', run.broken.join('; '))
    return run.failed > 0 ? result('killed', run.first) : result('survived', `${run.passed} tests passed`)
  } catch (error) {
    return result('broken', error instanceof Error ? error.message : String(error))
  } finally {
    writeFileSync(path, original)
    await bundle(copy, mutant.build ?? [])
  }
}
