import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandLine } from './command/arguments.ts'
import { build } from './command/pnpm.ts'
import { root } from './command/repository.ts'
import { tallyLine } from './command/tally.ts'
import { copyCheckout } from './mutants/copy.ts'
import { GENERATED, readGenerated } from './mutants/generated/options.ts'
import { runGenerated } from './mutants/generated/generated.ts'
import { readMutants } from './mutants/mutant.ts'
import { runTests, tryMutant } from './mutants/trial.ts'

// npx -y pnpm@12 mutants [--only S1]: every mutant must turn its tests red. Works on a copy, never in the checkout.
// npx -y pnpm@12 mutants --generated 300 [--seed 1] [--from 0] [--slice 50] [--only id,id] [--survivors]
// [--budget 30] [--report file]:
// makes mutants, and says how many of them the tests notice.
const { options } = commandLine({ command: 'mutants', options: ['only', ...GENERATED] })
if (options.has('generated')) process.exit((await runGenerated(readGenerated(options))) ? 0 : 1)
const only = options.get('only')
const folder = join(root, 'packages/dev/mutants')
const all = existsSync(folder) ? readMutants(folder) : []
const chosen = only === undefined ? all : all.filter((m) => m.semantic === only || m.id === only)
if (chosen.length === 0) {
  const known = [...new Set(all.map((m) => m.semantic))].join(', ')
  console.error(
    `no mutant ${only === undefined ? 'exists' : `of ${String(only)}; there are mutants of: ${known}`}`,
  )
  process.exit(2)
}
if (chosen.some((m) => m.build !== undefined)) {
  const built = await build()
  if (built.code !== 0) {
    console.error(built.output)
    process.exit(1)
  }
}
const copy = realpathSync(mkdtempSync(join(tmpdir(), 'xconnector-mutants-')))
try {
  copyCheckout(root, copy)
  const tests = [...new Set(chosen.flatMap((m) => m.tests))]
  const sound = await runTests(copy, tests)
  if (sound.failed > 0 || sound.broken.length > 0) {
    console.log(sound.output)
    console.error(`these tests must pass without a mutant first: ${sound.first} ${sound.broken.join('; ')}`)
    process.exitCode = 1
  } else {
    const width = Math.max(...chosen.map((m) => m.id.length))
    let failed = 0
    for (const mutant of chosen) {
      const { verdict, detail } = await tryMutant(copy, mutant)
      if (verdict !== 'killed') failed++
      console.log(`${verdict.padEnd(8)}  ${mutant.semantic.padEnd(4)}  ${mutant.id.padEnd(width)}  ${detail}`)
    }
    console.log(tallyLine({ passed: chosen.length - failed, failed, skipped: 0 }))
    process.exitCode = failed === 0 ? 0 : 1
  }
} finally {
  rmSync(copy, { recursive: true })
}
