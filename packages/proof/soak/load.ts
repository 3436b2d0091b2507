/**
 * The main job under load: its service with real processes around it, measured every second and judged. See "Under load" in
 * docs/guarantees.md.
 *
 * Run: `npx -y pnpm@12 soak load [--minutes 10] [--rate <messages a second> | measured] [--out <folder>]`
 */
import { readOptions, type LoadOptions } from '../src/load/options.ts'
import { planOf } from '../src/load/plan.ts'
import { progress } from '../src/load/progress.ts'
import { report } from '../src/load/report.ts'
import { resultsOf } from '../src/load/results.ts'
import { run } from '../src/load/run.ts'
import { writeResults } from '../src/load/write-results.ts'

const options = (): LoadOptions => {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error((error as Error).message)
    process.exit(2)
  }
}

const { minutes, rate, out } = options()
const line = progress()
const measured = await run(planOf(minutes), rate, line)
line.clear()
const results = resultsOf(measured)
console.log(report(results))
if (out !== undefined) console.log(`\nwritten: ${writeResults(out, measured, results).join(', ')}`)
if (results.judgements.some(({ verdict }) => verdict === 'missed')) process.exitCode = 1
