import { parseArgs } from 'node:util'
import { reference } from './reference.ts'

// node run.ts --from 1 --seeds N [--story]: exits 1 at the first seed that breaks a law, told as JSON { seed, law }.
const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1000' },
    story: { type: 'boolean', default: false },
  },
})
// Failures are made by the thousand here, and nobody reads where.
Error.stackTraceLimit = 0

const from = Number(values.from)
for (let seed = from; seed < from + Number(values.seeds); seed++) {
  const result = await reference({ seed, shrink: values.story ? 400 : 0 })
  if (result.ok) continue
  const { law, failed } = result
  process.stdout.write(`${JSON.stringify({ seed, law, why: failed.why })}\n`)
  if (values.story) process.stdout.write(`${failed.message}\n`)
  process.exitCode = 1
  break
}
