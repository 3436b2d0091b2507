import { parseArgs } from 'node:util'

/** What the command line says. */
export interface LoadOptions {
  /** How long the steady load lasts. */
  readonly minutes: number
  /** Messages a second of the steady load; undefined: 70 % of the maximum, which is measured first. */
  readonly rate: number | undefined
  /** Where the results and plots go. */
  readonly out: string | undefined
}

/**
 * Reads `--minutes <m>` (default 10), `--rate <r> | measured` (default `measured`) and `--out <folder>` (default: nothing
 * is written).
 *
 * @throws TypeError for anything else, that names the option, what was expected and what came.
 */
export const readOptions = (argv: readonly string[]): LoadOptions => {
  const { values } = parseArgs({
    args: [...argv],
    options: { minutes: { type: 'string' }, rate: { type: 'string' }, out: { type: 'string' } },
    strict: true,
    allowPositionals: false,
  })
  const { minutes = '10', rate = 'measured', out } = values
  return {
    minutes: positive('minutes', minutes),
    rate: rate === 'measured' ? undefined : positive('rate', rate),
    out: out === '' ? undefined : out,
  }
}

const positive = (option: string, given: string): number => {
  const n = Number(given)
  if (given.trim() !== '' && n > 0 && Number.isFinite(n)) return n
  const also = option === 'rate' ? ', or "measured"' : ''
  throw new TypeError(`--${option}: expected a number above 0${also}, got "${given}"`)
}
