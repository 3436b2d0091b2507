import { resolve } from 'node:path'
import { flag, oneOf, wholeNumber, type Refuse } from '@xconnector/example-kit/options'
import { readArguments, UsageError } from '../../../packages/dev/src/command/arguments.ts'
import { SABOTAGES, type Sabotage } from './service/sabotages.ts'

const USAGE =
  'usage: demo [--entries 3000] [--assets 150] [--fast] [--seed text] ' +
  `[--sabotage ${SABOTAGES.join('|')}] [--files folder] [--keep]`
const FULL = { entries: '3000', assets: '150', largeBytes: 105_000_000 } as const
const FAST = { entries: '200', assets: '14', largeBytes: 24_000_000 } as const

/** What the demo was asked for. */
export interface Arguments {
  readonly entries: number
  readonly assets: number
  /** The least size of the large file. */
  readonly largeBytes: number
  /** Of files, contents, disorder and faults. */
  readonly seed: string
  readonly sabotage: Sabotage | undefined
  /**
   * A folder to take the files from when an earlier run has made the same ones there, and otherwise to make them in; they
   * stay. Undefined: they are made in the run's own folder.
   */
  readonly files: string | undefined
  /** Leaves the run's folder behind. */
  readonly keep: boolean
}

/** Reads this process's command line; on nonsense, says so and exits with code 2. */
export const readCommandLine = (argv: readonly string[]): Arguments => {
  try {
    const { options } = readArguments(argv, {
      command: 'demo',
      options: ['entries', 'assets', 'fast', 'seed', 'sabotage', 'files', 'keep'],
    })
    const usual = flag('fast', options.get('fast'), refuse) ? FAST : FULL
    return {
      entries: wholeNumber('entries', options.get('entries') ?? usual.entries, [200, 100_000], refuse),
      assets: wholeNumber('assets', options.get('assets') ?? usual.assets, [12, 10_000], refuse),
      largeBytes: usual.largeBytes,
      seed: seedOf(options.get('seed') ?? '1'),
      sabotage: oneOf('sabotage', options.get('sabotage'), SABOTAGES, refuse),
      files: folderOf(options.get('files')),
      keep: flag('keep', options.get('keep'), refuse),
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`${error.message}\n${USAGE}`)
    process.exit(2)
  }
}

const seedOf = (given: string | true): string =>
  given === true ? refuse('--seed: expected a text, got nothing') : given

const folderOf = (given: string | true | undefined): string | undefined =>
  given === true ? refuse('--files: expected a folder, got nothing') : given && resolve(given)

const refuse: Refuse = (sentence) => {
  throw new UsageError(sentence)
}
