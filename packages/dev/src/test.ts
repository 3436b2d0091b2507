import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { commandLine } from './command/arguments.ts'
import { run, runNode, type ChildResult } from './command/child.ts'
import { build, pnpm, toolEnvironment } from './command/pnpm.ts'
import { root } from './command/repository.ts'
import { readTally, sum, tallyLine } from './command/tally.ts'
import { runSteps, type Ended } from './steps/schedule.ts'
import { oneCheck, type Step, type StepResult } from './steps/step.ts'
import { checkTypes, checkTypeTests } from './steps/type-steps.ts'
import { runVitest } from './steps/vitest.ts'
import { typescript59, typescript7 } from './types/compilers.ts'
import { projectsOfUsers } from './types/projects.ts'

// npx -y pnpm@12 test: everything that must hold before a change is taken.
//
// What counts as one check in the last line: the install, the build, the lint and the format as a whole; each rule of the
// house; each package under each compiler; each case of a type test under each compiler; each test of vitest; each
// check of the smoke; each API report. A step that could not run is one failure.

const ended = async (child: Promise<ChildResult>): Promise<StepResult> => {
  const { code, output } = await child
  return oneCheck(code === 0, output)
}

// A command of ours, which counts its checks itself.
const counted = async (script: string, ...args: readonly string[]): Promise<StepResult> => {
  const path = join(root, 'packages/dev/src', script)
  const { code, output } = await runNode([path, ...args], { env: toolEnvironment() })
  const tally = readTally(output)
  if (tally === undefined || (code !== 0 && tally.failed === 0)) return oneCheck(false, output)
  return { ...tally, output }
}

const tool = (name: string, ...args: readonly string[]): Promise<StepResult> =>
  ended(run(join(root, 'node_modules/.bin', name), args, { env: toolEnvironment() }))

// Alone and first: the install that pnpm runs before a script goes on after a stale lockfile, this one does not.
const install: Step = {
  name: 'frozen install',
  alone: true,
  run: () => ended(pnpm(['install', '--frozen-lockfile'], { env: { CI: 'true' } })),
}

const steps: readonly Step[] = [
  { name: 'build', run: () => ended(build()) },
  // The longest, beside all the others.
  { name: 'types, TypeScript 5.9', run: () => checkTypes(typescript59, projectsOfUsers()) },
  { name: 'smoke', after: ['build'], run: () => counted('smoke.ts') },
  { name: 'API reports', after: ['build'], run: () => counted('api.ts', '--check') },
  { name: 'lint', run: () => tool('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'house check', run: () => counted('house/cli.ts') },
  { name: 'format check', run: () => tool('oxfmt', '--check', '.') },
  { name: 'types, TypeScript 7', run: () => checkTypes(typescript7) },
  { name: 'type tests', run: checkTypeTests },
  // Last, since some tests start processes that load the build; alone, since some kill processes at given moments.
  { name: 'unit and integration tests', alone: true, run: runVitest },
]

const print = ({ step, result, took }: Ended): void => {
  const good = result.failed === 0 && result.skipped === 0
  console.log(`${good ? 'ok  ' : 'FAIL'}  ${step.name}: ${tallyLine(result)} (${(took / 1000).toFixed(1)} s)`)
  if (!good) console.log(`${result.output.trimEnd()}\n`)
}

commandLine({ command: 'test' })
if (!process.version.startsWith('v24.')) {
  console.error(
    `this runs on the workspace's Node 24, not on ${process.version}; start it as: npx -y pnpm@12 test`,
  )
  process.exit(1)
}
const began = performance.now()
const first = await runSteps([install], 1, print)
const rest =
  first[0]!.result.failed > 0 ? [] : await runSteps(steps, Math.min(2, availableParallelism()), print)
const total = sum([...first, ...rest].map((e) => e.result))
console.log(`in ${((performance.now() - began) / 1000).toFixed(0)} s`)
console.log(tallyLine(total))
process.exitCode = total.failed === 0 && total.skipped === 0 ? 0 : 1
