import { flag, wholeNumber, type Refuse } from '@xconnector/example-kit/options'
import { readArguments, UsageError } from '../../../packages/dev/src/command/arguments.ts'

const USAGE = `usage: main.ts [--rows 100000] [--bad 3] [--kill 2] [--rate 3000] [--keep]
  --rows  products in the supplier's export
  --bad   how many of its rows are bad
  --kill  how many times the importing process is killed (kill -9) in the first night
  --rate  calls a second that the shop allows
  --keep  leaves the journal and the logs behind`

/** What the program is asked for. */
export interface Arguments {
  readonly rows: number
  readonly bad: number
  readonly kill: number
  readonly rate: number
  readonly keep: boolean
}

/** Reads this process's command line; on nonsense, says so and exits with code 2. */
export const readCommandLine = (argv: readonly string[]): Arguments => {
  try {
    const { options } = readArguments(argv, {
      command: 'main.ts',
      options: ['rows', 'bad', 'kill', 'rate', 'keep'],
    })
    const number = (name: string, preset: number, range: readonly [number, number]): number =>
      wholeNumber(name, options.get(name) ?? String(preset), range, refuse)
    const rows = number('rows', 100_000, [100, 10_000_000])
    return {
      rows,
      bad: number('bad', 3, [0, Math.floor(rows / 10)]),
      kill: number('kill', 2, [0, 20]),
      rate: number('rate', 3000, [10, 1_000_000]),
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
