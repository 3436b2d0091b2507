import { resolve } from 'node:path'
import { readArguments, UsageError } from '../../../dev/src/command/arguments.ts'
import type { Mode } from './cast/slots.ts'
import { SABOTAGES, type Sabotage } from './service/sabotage.ts'

/** What the crash test was asked for. */
export interface Arguments {
  readonly kills: number
  readonly seed: string
  /** How long it may go on killing, in all. */
  readonly minutes: number
  readonly modes: readonly Mode[]
  /** Where the runs keep their things; undefined: in a new folder for temporary files. */
  readonly directory: string | undefined
  /** Leaves them there. */
  readonly keep: boolean
  /** A fault to be planted, which the judge must find. */
  readonly sabotage: Sabotage | undefined
}

const KILLS = 200
const A_MINUTE = 120

/** Reads a command line. @throws UsageError naming the option and what was expected. */
export const argumentsOf = (argv: readonly string[], seed: string): Arguments => {
  const { options } = readArguments(argv, {
    command: 'crash-test',
    options: ['kills', 'seed', 'minutes', 'mode', 'directory', 'keep', 'sabotage'],
  })
  const minutes = options.get('minutes')
  const number = (name: string, given: string | true, most: number): number => {
    const n = Number(given)
    if (given === true || !(n > 0 && n <= most)) throw wrong(name, `a number above 0, at most ${most}`, given)
    return n
  }
  const time = minutes === undefined ? 24 * 60 : number('minutes', minutes, 24 * 60)
  const asked = options.get('kills') ?? String(minutes === undefined ? KILLS : Math.ceil(time * A_MINUTE))
  const kills = number('kills', asked, 1_000_000)
  if (!Number.isInteger(kills)) throw wrong('kills', 'a whole number', asked)
  const mode = options.get('mode') ?? 'both'
  if (mode !== 'both' && mode !== 'many' && mode !== 'one') throw wrong('mode', 'many, one or both', mode)
  const text = options.get('seed') ?? seed
  if (text === true) throw wrong('seed', 'a text', text)
  const directory = options.get('directory')
  if (directory === true) throw wrong('directory', 'a folder', directory)
  const keep = options.get('keep') ?? false
  if (typeof keep === 'string') throw wrong('keep', 'nothing behind it', keep)
  const sabotage = options.get('sabotage')
  const planted = SABOTAGES.find((one) => one === sabotage)
  if (sabotage !== undefined && planted === undefined)
    throw wrong('sabotage', `one of ${SABOTAGES.join(', ')}`, sabotage)
  return {
    kills,
    seed: text,
    minutes: time,
    modes: mode === 'both' ? ['many', 'one'] : [mode],
    directory: directory && resolve(directory),
    keep,
    sabotage: planted,
  }
}

const wrong = (option: string, expected: string, got: string | true): UsageError =>
  new UsageError(`--${option}: expected ${expected}, got ${got === true ? 'nothing' : `"${got}"`}`)
