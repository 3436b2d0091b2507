import { build } from '../../../packages/dev/src/command/pnpm.ts'
import { onStage } from '@xconnector/example-kit/stage'
import { readCommandLine } from './arguments.ts'

// npx -y pnpm@12 demo [--entries 3000] [--assets 150] [--fast] [--seed text] [--sabotage …] [--files folder] [--keep]
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
