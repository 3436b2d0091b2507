import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { runNode } from '../command/child.ts'
import { builtAlready, toolEnvironment } from '../command/pnpm.ts'
import { root, workspacePackages } from '../command/repository.ts'
import type { StepResult } from './step.ts'

/** What is read of vitest's JSON report. */
export interface VitestReport {
  readonly testResults: readonly {
    /** Absolute path of the test file. */
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages?: readonly string[] | null
    }[]
  }[]
}

/**
 * Counts a report. A file that could not be collected, one that defines no test and one on disk that was not run are a
 * failure each; whatever neither passed nor failed was skipped.
 */
export const countReport = (report: VitestReport, onDisk: readonly string[]): StepResult => {
  const all = report.testResults.flatMap((file) => file.assertionResults)
  const passed = all.filter((t) => t.status === 'passed').length
  const failed = all.filter((t) => t.status === 'failed').length
  const broken = report.testResults.filter(
    (f) =>
      f.assertionResults.length === 0 ||
      (f.status === 'failed' && f.assertionResults.every((t) => t.status !== 'failed')),
  )
  const seen = new Set(report.testResults.map((file) => file.name))
  const missed = onDisk.filter((file) => !seen.has(file))
  return {
    passed,
    failed: failed + broken.length + missed.length,
    skipped: all.length - passed - failed,
    output: [
      ...report.testResults.flatMap((file) =>
        file.assertionResults
          .filter((t) => t.status === 'failed')
          .map((t) => `failed: ${t.fullName}\n${[file.name, ...(t.failureMessages ?? [])].join('\n')}\n`),
      ),
      ...all
        .filter((t) => t.status !== 'passed' && t.status !== 'failed')
        .map((t) => `${t.status}: ${t.fullName}`),
      ...broken.map((f) => `no test of this file ran: ${f.name}`),
      ...missed.map((file) => `no project includes this file: ${file}`),
    ].join('\n'),
  }
}

const withoutPassed = (output: string): string =>
  output
    .split('\n')
    .filter((line) => !line.includes(' ✓ '))
    .join('\n')

const testFiles = (): readonly string[] =>
  workspacePackages().flatMap(({ folder }) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(
        (path) =>
          !/node_modules|(^|\/)dist\/|test\/fixtures\//.test(relative(root, path).split(sep).join('/')),
      ),
  )

// Of the whole run. In the root's configuration the number would not reach the projects, which then take one each on two
// cores; much of the time is waiting for processes and disks.
const WORKERS = 3

// Tests start many processes, which load the same code.
const COMPILED = join(root, 'node_modules/.cache/compiled')

/** Runs every test of the workspace. The packages are built already. */
export const runVitest = async (): Promise<StepResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'xconnector-tests-'))
  const file = join(folder, 'report.json')
  try {
    const { code, output } = await runNode(
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        `--maxWorkers=${WORKERS}`,
        '--allowOnly=false',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
      ],
      { env: { ...toolEnvironment(), ...builtAlready, NODE_COMPILE_CACHE: COMPILED } },
    )
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport
    const counted = countReport(report, testFiles())
    // An error outside of any test: every test passed, and yet vitest says no.
    const stray = code !== 0 && counted.failed === 0 && counted.skipped === 0 ? 1 : 0
    // What went wrong comes first: whoever shows only the beginning of a long output shows that.
    return {
      ...counted,
      failed: counted.failed + stray,
      output: `${counted.output}\n${withoutPassed(output)}`,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
