import { JOURNAL_FAULTS, type JournalFault } from '@xconnector/example-kit/journal-fault'
import { flag, oneOf, wholeNumber, type Refuse } from '@xconnector/example-kit/options'
import { readArguments, UsageError } from '../../../packages/dev/src/command/arguments.ts'

const USAGE = `usage: demo:http [--messages 10000] [--sabotage ${JOURNAL_FAULTS.join('|')}] [--keep]`

/** What the demo was asked for. */
export interface Arguments {
  readonly messages: number
  readonly sabotage: JournalFault | undefined
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
      messages: wholeNumber('messages', options.get('messages') ?? '10000', [200, 1_000_000], refuse),
      sabotage: oneOf('sabotage', options.get('sabotage'), JOURNAL_FAULTS, refuse),
      keep: flag('keep', options.get('keep'), refuse),
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`${error.message}\n${USAGE}`)
    process.exit(2)
  }
}

const refuse: Refuse = (sentence) => {
  throw new UsageError(sentence)
}
