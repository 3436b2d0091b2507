import { parseArgs } from 'node:util'

/** What the command line of a bench says. */
export interface Options {
  readonly rounds: number
  /** Parts of names: only variants that contain one of them run. */
  readonly only: readonly string[]
  /** Set in the process of a variant. */
  readonly child: string | undefined
}

/** Rounds of a judged run. */
export const ROUNDS = 5

/**
 * Reads `--rounds <n>` (default 5) and `--only <part>[,<part>]`.
 *
 * @throws TypeError for anything else, stray positionals included.
 */
export const readOptions = (argv: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...argv],
    options: { rounds: { type: 'string' }, only: { type: 'string' }, child: { type: 'string' } },
    strict: true,
    allowPositionals: false,
  })
  const rounds = values.rounds === undefined ? ROUNDS : Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new TypeError(`--rounds: expected a whole number of 1 or more, got "${values.rounds}"`)
  return { rounds, only: values.only?.split(',').filter((part) => part !== '') ?? [], child: values.child }
}
