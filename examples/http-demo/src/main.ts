import { build } from '../../../packages/dev/src/command/pnpm.ts'
import { readCommandLine } from './arguments.ts'
import { onStage } from '@xconnector/example-kit/stage'

// npx -y pnpm@12 demo:http [--messages 10000] [--sabotage lose|duplicate|stale|skip-replay] [--keep]
const { keep, ...options } = readCommandLine(process.argv.slice(2))

const slow = setTimeout(() => console.error('  building the packages, once'), 2000)
const built = await build()
clearTimeout(slow)
if (built.code !== 0) {
  console.error(`${built.output}\nthe packages could not be built`)
  process.exit(1)
}

const began = performance.now()
// It loads the packages, so it comes after the build.
const { demo } = await import('./demo/demo.ts')
await onStage({ sources: import.meta.dirname, keep, began }, (crew, folder) => demo(crew, folder, options))
