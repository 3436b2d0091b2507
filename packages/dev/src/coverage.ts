import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { commandLine } from './command/arguments.ts'
import { runNode } from './command/child.ts'
import { toolEnvironment } from './command/pnpm.ts'
import { root } from './command/repository.ts'
import { tallyLine } from './command/tally.ts'
import { branchesOf, type CoverageReport } from './branches/taken.ts'
import { isStateMachine } from './branches/state-machines.ts'

// npx -y pnpm@12 coverage: runs the tests of core and of the SQLite journal, and fails where a branch of the state
// machines was taken by none of them.
commandLine({ command: 'coverage' })
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'xconnector-coverage-')))
try {
  const { code, output } = await runNode(
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project=core',
      '--project=sqlite',
      '--maxWorkers=2',
      // They run what was built, in processes of their own.
      '--exclude=**/crash/**',
      '--coverage',
      '--coverage.reporter=json',
      `--coverage.reportsDirectory=${folder}`,
      // The engine is covered by its own tests, and the runtime by tests of the journal too.
      '--coverage.include=**/packages/*/src/**/*.ts',
      '--coverage.include=src/**/*.ts',
    ],
    { env: toolEnvironment(), limit: 3_600_000 },
  )
  if (code !== 0) {
    console.log(output)
    console.error('the tests must pass first')
    process.exitCode = 1
  } else {
    const report = JSON.parse(readFileSync(join(folder, 'coverage-final.json'), 'utf8')) as CoverageReport
    let ways = 0
    let untaken = 0
    for (const [path, branches] of branchesOf(report)) {
      const file = relative(root, path).split(sep).join('/')
      if (!isStateMachine(file)) continue
      ways += branches.ways
      untaken += branches.untaken.length
      for (const { line, column, type } of branches.untaken)
        console.log(`${file}:${line}:${column}: no test takes this ${type}`)
    }
    // A report of nothing would pass too.
    if (ways === 0) console.log('nothing was measured')
    console.log(tallyLine({ passed: ways - untaken, failed: untaken + (ways === 0 ? 1 : 0), skipped: 0 }))
    process.exitCode = untaken === 0 && ways > 0 ? 0 : 1
  }
} finally {
  rmSync(folder, { recursive: true })
}
