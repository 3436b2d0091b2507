import { type Clock, type Duration, millis, type Random } from '@xconnector/core'

/** Options of `sqliteAdmin()`. */
export interface SqliteAdminOptions {
  /** The journal's file, as `sqlite({ file })` got it. */
  readonly file: string
  /** How long the service that owns the file has to answer. Default `'10s'`. */
  readonly wait?: Duration
  /** Ends what waits for the service; what was asked of it is taken back. */
  readonly signal?: AbortSignal
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Default: the platform's. */
  readonly random?: Random
}

/** Checks the options; gives how long to wait, in milliseconds. @throws TypeError naming the option. */
export const checkOptions = (options: SqliteAdminOptions): number => {
  if (typeof options !== 'object' || options === null) wrong('options', 'an object with `file`', options)
  const { file, wait = '10s', signal, clock, random } = options
  if (typeof file !== 'string' || file === '') wrong('file', 'a path', file)
  if (signal !== undefined && typeof signal?.aborted !== 'boolean') wrong('signal', 'an AbortSignal', signal)
  if (clock !== undefined && typeof clock?.now !== 'function') wrong('clock', 'a clock', clock)
  if (random !== undefined && typeof random?.next !== 'function')
    wrong('random', 'a source of chance', random)
  return millis(wait, 'sqliteAdmin({ wait })')
}

const wrong = (option: string, expected: string, got: unknown): never => {
  const found = typeof got === 'string' || got === null ? JSON.stringify(got) : typeof got
  throw new TypeError(`sqliteAdmin({ ${option} }) must be ${expected}; got ${found}`)
}
