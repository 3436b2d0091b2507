import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../../../packages/dev/src/command/pnpm.ts'
import { readCommandLine } from './arguments.ts'
import { bad, good, strong } from './show/story.ts'
import { span } from './show/words.ts'

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
const folder = mkdtempSync(join(tmpdir(), 'xconnector-demo-'))
// These load the packages, so they come after the build.
const { Crew } = await import('./demo/crew.ts')
const { demo } = await import('./demo/demo.ts')
const crew = new Crew(folder)
process.once('exit', () => {
  crew.killAll()
  if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  else console.log(`  everything is kept in ${folder}`)
})
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const)
  process.once(signal, () => process.exit(128 + number))

try {
  const reconciles = await demo(crew, folder, options)
  const took = span(performance.now() - began)
  if (reconciles) console.log(good(strong(`Everything reconciles, in ${took}.`)))
  else console.log(bad(`in ${took}`))
  process.exit(reconciles ? 0 : 1)
} catch (error) {
  console.error(`\n${bad(error instanceof Error ? error.message : String(error))}`)
  process.exit(1)
}
