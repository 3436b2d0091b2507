/**
 * The reference simulations, seed after seed, until one breaks a law or it is told to stop (Ctrl-C).
 *
 * Run: `npx -y pnpm@12 soak simulate [--seeds <n>] [--minutes <n>] [--from <seed>] [--workers 2] [--only orders]`
 */
import { parseArgs } from 'node:util'
import { crew } from '../src/simulate/crew.ts'
import { lineOf, nothing } from '../src/simulate/summary.ts'

const whole = (name: string, text: string, least: number): number => {
  const n = Number(text)
  if (Number.isSafeInteger(n) && n >= least) return n
  console.error(`soak simulate: --${name}: expected a whole number of ${least} or more, got ${text}`)
  process.exit(2)
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string', default: 'reference' },
  },
})
const from = whole('from', values.from, 0)
const seeds = values.seeds === undefined ? Number.MAX_SAFE_INTEGER - from : whole('seeds', values.seeds, 1)
const minutes = values.minutes === undefined ? Infinity : whole('minutes', values.minutes, 1)
const workers = whole('workers', values.workers, 1)

const began = performance.now()
const seconds = (): number => (performance.now() - began) / 1000
let interrupted = false
process.on('SIGINT', () => (interrupted = true))
process.on('SIGTERM', () => (interrupted = true))

const lively = process.stderr.isTTY && process.env['CI'] === undefined
const EVERY = lively ? 0.5 : 30
let shown = 0
let sum = nothing
const show = (): void => {
  if (seconds() - shown < EVERY) return
  shown = seconds()
  const line = lineOf(sum, seconds())
  if (!lively) return void process.stderr.write(`${line}\n`)
  process.stderr.cursorTo(0)
  process.stderr.write(line.slice(0, process.stderr.columns - 1))
  process.stderr.clearLine(1)
}

const done = await crew({
  workers,
  from,
  seeds,
  only: values.only === 'orders' ? 'orders' : 'reference',
  told(now) {
    sum = now
    show()
  },
  stopped: () => interrupted || seconds() > minutes * 60,
})
if (lively) process.stderr.write('\n')
console.log(lineOf(done.sum, seconds()))
console.log(`fewest faults in a run of the reference flow: ${done.sum.fewestFaults}`)
if (done.failed !== undefined) {
  console.log(`\n${done.failed.message}`)
  process.exitCode = 1
}
