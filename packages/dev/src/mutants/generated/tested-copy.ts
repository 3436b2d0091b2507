import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNode } from '../../command/child.ts'
import { toolEnvironment } from '../../command/pnpm.ts'
import { root } from '../../command/repository.ts'
import type { VitestReport } from '../../steps/vitest.ts'
import { copyCheckout } from '../copy.ts'

/** How a run of some tests in a copy ended. */
export interface TestsEnd {
  /** Whether every test passed, and nothing went wrong outside of them. */
  readonly passed: boolean
  /** Whether the run had to be ended. */
  readonly late: boolean
  /** The first test that failed, or what else went wrong. */
  readonly first: string
  readonly report: VitestReport | undefined
}

/** A copy of the checkout in which files can be changed and the tests of core and of the SQLite journal be run. */
export interface TestedCopy {
  readonly folder: string
  /** Runs test files in the order given, one after the other. Paths relative to the root; none: all, side by side. */
  run(tests: readonly string[], options?: RunOptions): Promise<TestsEnd>
  dispose(): void
}

/** How to run tests. Milliseconds. */
export interface RunOptions {
  readonly limit?: number
  readonly testTimeout?: number
  /** Ends at the first failure. */
  readonly bail?: boolean
  /** A file that each test file imports first. */
  readonly setup?: string
  readonly env?: Readonly<Record<string, string>>
}

// The projects as they are, but for what only processes and threads need, which run what was built before.
const CONFIG = `import { BaseSequencer } from 'vitest/node'
const order = (process.env.TESTS_IN_ORDER ?? '').split('\\n')
const place = (path) => order.findIndex((test) => path.replaceAll('\\\\', '/').endsWith('/' + test))
class InOrder extends BaseSequencer {
  async sort(files) {
    return [...files].sort((a, b) => place(a.moduleId) - place(b.moduleId))
  }
}
const setupFiles = process.env.TESTS_SETUP === undefined ? [] : [process.env.TESTS_SETUP]
const project = (name) => ({
  root: './packages/' + name,
  resolve: { conditions: ['@xconnector/source', 'node', 'import'] },
  ssr: { resolve: { conditions: ['@xconnector/source', 'node', 'import'] } },
  test: {
    name,
    include: ['test/**/*.test.ts'],
    exclude: ['**/crash/**', '**/*-thread.test.ts', '**/testing/interleaving-speed*'],
    setupFiles,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 20_000,
  },
})
export default { test: { projects: [project('core'), project('sqlite')], sequence: { sequencer: InOrder } } }
`

/** Copies a checkout. Dispose of it at the end. */
export const testedCopy = (checkout: string = root): TestedCopy => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'xconnector-generated-')))
  copyCheckout(checkout, folder)
  rmSync(join(folder, 'vitest.config.ts'))
  writeFileSync(join(folder, 'vitest.config.mjs'), CONFIG)
  return {
    folder,
    run: (tests, options = {}) => runTests(folder, tests, options),
    dispose: () => rmSync(folder, { recursive: true }),
  }
}

const runTests = async (folder: string, tests: readonly string[], o: RunOptions): Promise<TestsEnd> => {
  const file = join(folder, 'report.json')
  rmSync(file, { force: true })
  const { code, output } = await runNode(
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...tests,
      ...(tests.length === 0 ? ['--maxWorkers=2'] : ['--maxWorkers=1']),
      ...(o.bail === true ? ['--bail=1'] : []),
      ...(o.testTimeout === undefined ? [] : [`--testTimeout=${Math.ceil(o.testTimeout)}`]),
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    {
      cwd: folder,
      env: {
        ...toolEnvironment(),
        ...o.env,
        TESTS_IN_ORDER: tests.join('\n'),
        ...(o.setup === undefined ? {} : { TESTS_SETUP: o.setup }),
      },
      ...(o.limit === undefined ? {} : { limit: o.limit }),
    },
  )
  const report = readReport(file)
  const failed = report?.testResults
    .flatMap((r) => r.assertionResults)
    .find((t) => t.status === 'failed')?.fullName
  const unread = report?.testResults.find((r) => r.status === 'failed' && r.assertionResults.length === 0)
  return {
    passed: code === 0 && report !== undefined,
    late: /ended after its limit of/.test(output),
    first: failed ?? unread?.message?.split('\n')[0] ?? (code === 0 ? '' : output.trim().slice(-200)),
    report,
  }
}

const readReport = (file: string): VitestReport | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport
  } catch {
    return undefined
  }
}
