import { randomBytes } from 'node:crypto'
import { UsageError } from '../../../dev/src/command/arguments.ts'
import { argumentsOf, type Arguments } from './arguments.ts'
import { crashTest } from './crash-test.ts'
import { Family } from './family.ts'
import { endOnSignals } from './on-signals.ts'
import { programs } from './programs.ts'
import { SABOTAGES } from './service/sabotage.ts'

const USAGE =
  'usage: crash-test [--kills 200] [--seed text] [--minutes M] [--mode many|one|both] [--directory folder] [--keep] ' +
  `[--sabotage ${SABOTAGES.join('|')}]`

const read = (): Arguments => {
  try {
    return argumentsOf(process.argv.slice(2), randomBytes(4).toString('hex'))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`${error.message}\n${USAGE}`)
    process.exit(2)
  }
}

// npx -y pnpm@12 crash-test
const family = new Family()
const made = endOnSignals(family)
const verdicts = await crashTest(read(), {
  programs,
  family,
  say: (text) => console.log(text),
  made,
})
if ([...verdicts.values()].some(({ violations }) => violations.length > 0)) process.exitCode = 1
