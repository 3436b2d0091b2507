import { type Duration, isFailure, JournalUnavailable, millis } from '@xconnector/core'
import { sqliteAdmin, type SqliteAdmin } from '../admin/sqlite-admin.js'
import type { Command, Desk, Outcome } from './command.js'
import { deadDiscard } from './commands/dead-discard.js'
import { deadLs } from './commands/dead-ls.js'
import { deadReplay } from './commands/dead-replay.js'
import { deadShow } from './commands/dead-show.js'
import { erase } from './commands/erase.js'
import { graph } from './commands/graph.js'
import { pause, resume } from './commands/pause.js'
import { status } from './commands/status.js'
import { tail } from './commands/tail.js'
import { manual, overview } from './help.js'
import type { Io } from './io.js'
import { parse } from './parse.js'
import { Screen } from './screen.js'
import { version } from './version.js'

const help: Command = {
  name: 'help',
  takes: '[COMMAND]',
  says: 'what the terminal can do',
  options: {},
  async run({ rest }, { screen }) {
    const about = commands.find((c) => c.name === rest.join(' '))
    if (rest.length > 0 && about === undefined)
      return { wrong: `help: there is no command "${rest.join(' ')}"` }
    await screen.block(about === undefined ? overview(commands) : manual(about))
    return 'done'
  },
}

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  status,
  deadLs,
  deadShow,
  deadReplay,
  deadDiscard,
  pause,
  resume,
  tail,
  graph,
  erase,
  help,
  version,
]

const CODES = { done: 0, nothing: 1 } as const

/** Runs one command line; gives the exit code: 0 done, 1 nothing matched or not done, 2 wrong usage. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const line =
    args.length === 0 ? ['help'] : args[0] === '--version' ? ['version'] : isHelp(args) ? ['help'] : args
  const parsed = parse(line, commands)
  if ('wrong' in parsed) return wrong(new Screen(io, false), parsed.wrong)
  const { command, given } = parsed
  const screen = new Screen(io, given.flags.has('json'))
  if (given.flags.has('help')) {
    await screen.block(manual(command))
    return 0
  }
  const file = given.texts['file'] ?? (io.env['XCONNECTOR_FILE'] || './xconnector.db')
  if (file === '') return wrong(screen, '--file: expected a path, got ""')
  const wait = given.texts['wait'] as Duration | undefined
  const waitMs = wait === undefined ? undefined : msOf(wait)
  if (Number.isNaN(waitMs)) return wrong(screen, `--wait: expected a length of time like 10s, got "${wait}"`)
  let journal: SqliteAdmin | undefined
  const desk: Desk = {
    io,
    screen,
    file,
    ...(waitMs !== undefined && { waitMs }),
    journal: () =>
      (journal ??= sqliteAdmin({
        file,
        clock: io.clock,
        random: io.random,
        signal: io.signal,
        ...(wait !== undefined && { wait }),
      })),
  }
  try {
    return codeOf(screen, await command.run(given, desk))
  } catch (error) {
    screen.note({ style: 'red', text: said(error) }, hint(error))
    return 1
  } finally {
    journal?.close()
  }
}

const msOf = (duration: Duration): number => {
  try {
    return millis(duration, '--wait')
  } catch {
    return Number.NaN
  }
}

const isHelp = (args: readonly string[]): boolean =>
  args.length === 1 && (args[0] === '--help' || args[0] === '-h')

const codeOf = (screen: Screen, outcome: Outcome): number =>
  typeof outcome === 'string' ? CODES[outcome] : wrong(screen, outcome.wrong)

const wrong = (screen: Screen, text: string): number => {
  screen.note({ style: 'red', text: `xconnector: ${text}` })
  screen.note('xconnector help tells what there is.')
  return 2
}

const said = (error: unknown): string =>
  isFailure(error) || error instanceof Error ? error.message : String(error)

const hint = (error: unknown): string =>
  error instanceof JournalUnavailable && error.trouble === 'missing'
    ? ' Name the file of the service: --file, or the variable XCONNECTOR_FILE.'
    : ''
