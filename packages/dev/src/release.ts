import { commandLine } from './command/arguments.ts'
import { runNode } from './command/child.ts'
import { build, pnpm, toolEnvironment } from './command/pnpm.ts'
import { root } from './command/repository.ts'
import { readTally } from './command/tally.ts'

// npx -y pnpm@12 release:dry: builds, takes the packages as users get them, compares the public types with the reports,
// and does everything of a publication but the publication. `release` publishes what the registry does not have yet.
const { options } = commandLine({ command: 'release', options: ['dry'] })

const built = await build()
if (built.code !== 0) {
  console.error(built.output)
  process.exit(built.code)
}
for (const [script, ...args] of [['smoke.ts'], ['api.ts', '--check']] as const) {
  const { code, output } = await runNode([`${root}/packages/dev/src/${script}`, ...args], {
    env: toolEnvironment(),
  })
  const tally = readTally(output)
  console.log(output.trimEnd())
  if (code === 0 && tally !== undefined && tally.passed > 0 && tally.failed === 0) continue
  console.error(`nothing was published, because ${script} found trouble`)
  process.exit(1)
}
// A dry run may happen on any branch and on work that is not committed: it reads what is there.
const publication = options.has('dry')
  ? ['publish', '--recursive', '--dry-run', '--no-git-checks']
  : ['exec', 'changeset', 'publish']
const { code } = await pnpm(publication, { show: true })
process.exitCode = code
