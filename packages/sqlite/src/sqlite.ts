import { checkKnown, type Journal, millis, stderrLogger, systemClock, systemRandom } from '@xconnector/core'
import type { Settings } from './call.js'
import { MainHost } from './host/main-host.js'
import { ThreadHost } from './host/thread-host.js'
import { SqliteJournal } from './journal/sqlite-journal.js'
import type { Retention, SqliteOptions } from './options.js'

/**
 * A durable journal in one file (SQLite in WAL mode, `synchronous=FULL`): what a call has promised survives kill -9 and
 * a power cut. Calls of one tick share a commit. Nothing is opened before `open()`.
 *
 * @throws TypeError where an option makes no sense, naming it.
 * @example
 * createRuntime({ flows, journal: sqlite({ file: 'xconnector.db' }) })
 */
export const sqlite = (options: SqliteOptions): Journal => createJournal(options)

/** The same, with what only tests may do. */
export const createJournal = (options: SqliteOptions): SqliteJournal => {
  check(options)
  const { clock = systemClock, random = systemRandom, thread = 'worker', maxGroup = 256 } = options
  const log = options.log ?? stderrLogger(clock.now)
  const settings: Settings = {
    file: options.file,
    processes: options.processes ?? 'one',
    keepDead: keepDead(options.retention?.dead),
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
  }
  const Host = thread === 'main' ? MainHost : ThreadHost
  return new SqliteJournal(settings, { clock, log }, new Host(settings, { clock, random }, maxGroup))
}

const keepDead = (dead: Retention['dead']): Settings['keepDead'] => {
  if (dead === undefined) return {}
  const byFlow = typeof dead === 'object' ? dead : { '*': dead }
  return Object.fromEntries(
    Object.entries(byFlow).map(([flow, time]) => [flow, millis(time, `sqlite: retention.dead of ${flow}`)]),
  )
}

const KNOWN: Readonly<Record<keyof SqliteOptions, 1>> = {
  file: 1,
  processes: 1,
  thread: 1,
  retention: 1,
  maxBytes: 1,
  maxGroup: 1,
  clock: 1,
  random: 1,
  log: 1,
}

const check = (options: SqliteOptions): void => {
  checkKnown('sqlite', options, KNOWN)
  const { file, processes, thread, maxGroup, maxBytes } = options
  if (typeof file !== 'string' || file === '') wrong('file', 'a path', file)
  if (file === ':memory:')
    wrong('file', 'a path (for a journal in memory, use memoryJournal() of core)', file)
  if (processes !== undefined && processes !== 'one' && processes !== 'many')
    wrong('processes', "'one' or 'many'", processes)
  if (thread !== undefined && thread !== 'worker' && thread !== 'main')
    wrong('thread', "'worker' or 'main'", thread)
  if (maxGroup !== undefined && !(Number.isInteger(maxGroup) && maxGroup > 0))
    wrong('maxGroup', 'a whole number above 0', maxGroup)
  const ports = { clock: 'now', random: 'next', log: 'warn' } as const
  for (const [option, method] of Object.entries(ports)) {
    const port = options[option as keyof typeof ports] as Readonly<Record<string, unknown>> | undefined
    if (port !== undefined && typeof port?.[method] !== 'function')
      wrong(option, `an object with ${method}()`, typeof port)
  }
  if (maxBytes !== undefined && !(typeof maxBytes === 'number' && maxBytes >= 65_536))
    wrong('maxBytes', 'at least 65536', maxBytes)
}

const wrong = (option: string, expected: string, got: unknown): never => {
  throw new TypeError(`sqlite({ ${option} }) must be ${expected}; got ${JSON.stringify(got)}`)
}
