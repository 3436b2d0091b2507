import type { SqliteAdmin } from '../admin/sqlite-admin.js'
import type { Io } from './io.js'
import type { Screen } from './screen.js'

/** An option of a command. */
export interface Option {
  /** What its value is called in the help; left out: it takes none. */
  readonly value?: string
  readonly says: string
}

/** What was given on the command line, without the command itself. */
export interface Given {
  readonly texts: Readonly<Record<string, string | undefined>>
  readonly flags: ReadonlySet<string>
  readonly rest: readonly string[]
}

/** What a command works with. */
export interface Desk {
  readonly io: Io
  readonly screen: Screen
  /** The journal's file, as it was named. */
  readonly file: string
  /** How long the running service has to answer, where that was said: milliseconds. */
  readonly waitMs?: number
  /** The journal, opened at the first use. */
  journal(): SqliteAdmin
}

/** `done`: it is so now. `nothing`: nothing matched, or it was not done. `wrong`: the command line makes no sense. */
export type Outcome = 'done' | 'nothing' | { readonly wrong: string }

/** A command of the terminal. */
export interface Command {
  /** What calls it: `dead ls`. */
  readonly name: string
  /** What stands behind the name. */
  readonly takes: string
  readonly says: string
  readonly options: Readonly<Record<string, Option>>
  run(given: Given, desk: Desk): Promise<Outcome>
}
