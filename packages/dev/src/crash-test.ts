import { join } from 'node:path'
import { runNode } from './command/child.ts'
import { build, toolEnvironment } from './command/pnpm.ts'
import { root } from './command/repository.ts'

// npx -y pnpm@12 crash-test [--kills 200] [--seed S] [--minutes M]
const built = await build()
if (built.code !== 0) {
  console.error(built.output)
  process.exit(built.code)
}
const ended = await runNode([join(root, 'packages/proof/src/crash/main.ts'), ...process.argv.slice(2)], {
  show: true,
  env: toolEnvironment(),
  limit: 6 * 3_600_000,
})
process.exitCode = ended.code
