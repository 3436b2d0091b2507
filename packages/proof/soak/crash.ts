/**
 * The crash test round after round, each with a new seed, until one finds a violation or the time is over. See
 * docs/guide/crash-test.md.
 *
 * Run: `npx -y pnpm@12 soak crash [--minutes 60] [--kills <a round>] [--seed text]`
 */
import { randomBytes } from 'node:crypto'
import { UsageError } from '../../dev/src/command/arguments.ts'
import { argumentsOf, type Arguments } from '../src/crash/arguments.ts'
import { crashTest } from '../src/crash/crash-test.ts'
import { Family } from '../src/crash/family.ts'
import { endOnSignals } from '../src/crash/on-signals.ts'
import { programs } from '../src/crash/programs.ts'

const HOUR = '60'

/** Kills of one round. */
const ROUND = '300'

const read = (): Arguments => {
  const argv = process.argv.slice(2)
  const unless = (name: string, value: string): readonly string[] =>
    argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)) ? [] : [`--${name}`, value]
  try {
    return argumentsOf(
      [...argv, ...unless('minutes', HOUR), ...unless('kills', ROUND)],
      randomBytes(4).toString('hex'),
    )
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exit(2)
  }
}

const family = new Family()
const made = endOnSignals(family)

const asked = read()
const until = Date.now() + asked.minutes * 60_000
let kills = 0
for (let round = 1; Date.now() < until && process.exitCode === undefined; round++) {
  const minutes = (until - Date.now()) / 60_000
  console.log(`round ${round}, ${Math.ceil(minutes)} minutes left`)
  const verdicts = await crashTest(
    { ...asked, minutes, seed: `${asked.seed}-${round}` },
    { programs, family, say: (text) => console.log(text), made },
  )
  for (const { figures, violations } of verdicts.values()) {
    kills += figures.kills
    if (violations.length > 0) process.exitCode = 1
  }
}
console.log(`${kills} kills in all`)
