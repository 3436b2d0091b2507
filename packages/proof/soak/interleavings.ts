import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

// npx -y pnpm@12 soak interleavings [--seeds 1000]: the laws that hold in whatever order things happen, in so many orders each.
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1000' } } })
if (!/^[1-9]\d*$/.test(values.seeds))
  throw new TypeError(`--seeds: expected a whole number of 1 or more, got ${values.seeds}`)

const root = join(import.meta.dirname, '../../..')
const FILES = ['races', 'interleaved', 'concurrency', 'real-sources', 'aggregate-each']
const child = spawn(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--project',
    'core',
    '--testTimeout=3600000',
    ...FILES,
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, XCONNECTOR_SEEDS: values.seeds } },
)
const [code] = (await once(child, 'exit')) as [number | null]
process.exitCode = code ?? 1
