import { onStage } from '@xconnector/example-kit/stage'
import { readCommandLine } from './arguments.ts'

// node examples/patterns/nightly-import/main.ts [--rows 100000] [--bad 3] [--kill 2] [--rate 3000] [--keep]
const { keep, ...asked } = readCommandLine(process.argv.slice(2))
const began = performance.now()
// It loads the packages, which a wrong command line does not need.
const { play } = await import('./play.ts')
await onStage({ sources: import.meta.dirname, keep, began }, (crew, folder) => play(crew, folder, asked))
