import { readArguments, UsageError } from '../../../packages/dev/src/command/arguments.ts'
import { SABOTAGES, type Sabotage } from './service/sabotage.ts'

const USAGE = `usage: demo:http [--messages 10000] [--sabotage ${SABOTAGES.join('|')}] [--keep]`
const FEWEST = 200
const MOST = 1_000_000

/** What the demo was asked for. */
export interface Arguments {
  readonly messages: number
  readonly sabotage: Sabotage | undefined
  /** Leaves the run's folder behind. */
  readonly keep: boolean
}

/** Reads this process's command line; on nonsense, says so and exits with code 2. */
export const readCommandLine = (argv: readonly string[]): Arguments => {
  try {
    const { options } = readArguments(argv, {
      command: 'demo:http',
      options: ['messages', 'sabotage', 'keep'],
    })
    return {
      messages: messagesOf(options.get('messages') ?? '10000'),
      sabotage: sabotageOf(options.get('sabotage')),
      keep: keepOf(options.get('keep')),
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`${error.message}\n${USAGE}`)
    process.exit(2)
  }
}

const messagesOf = (given: string | true): number => {
  const n = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : Number.NaN
  if (n >= FEWEST && n <= MOST) return n
  throw new UsageError(`--messages: expected a whole number from ${FEWEST} to ${MOST}, got ${shown(given)}`)
}

const sabotageOf = (given: string | true | undefined): Sabotage | undefined => {
  if (given === undefined) return undefined
  const found = SABOTAGES.find((name) => name === given)
  if (found !== undefined) return found
  throw new UsageError(`--sabotage: expected one of ${SABOTAGES.join(', ')}, got ${shown(given)}`)
}

const keepOf = (given: string | true | undefined): boolean => {
  if (typeof given !== 'string') return given ?? false
  throw new UsageError(`--keep takes no value, got ${shown(given)}`)
}

const shown = (given: string | true): string => (given === true ? 'nothing' : JSON.stringify(given))
