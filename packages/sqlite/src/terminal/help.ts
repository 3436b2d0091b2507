import type { Command, Option } from './command.js'
import { COMMON } from './parse.js'

/** What the terminal can do. */
export const overview = (commands: readonly Command[]): string => {
  const width = Math.max(...commands.map((c) => c.name.length))
  return [
    'xconnector looks at the journal of a service, and repairs what went wrong; the service may run meanwhile.',
    '',
    'Usage: xconnector COMMAND [options]',
    '',
    ...commands.map((c) => `  ${c.name.padEnd(width)}  ${c.says}`),
    '',
    'Options of every command:',
    ...optionsOf(COMMON),
    '',
    'xconnector help COMMAND tells more. It ends with 0: done; 1: nothing matched, or not done; 2: wrong usage.',
  ].join('\n')
}

/** What one command does. */
export const manual = (command: Command): string =>
  [
    `Usage: xconnector ${[command.name, command.takes].filter((t) => t !== '').join(' ')}`,
    '',
    `${command.name}: ${command.says}.`,
    '',
    ...(Object.keys(command.options).length > 0 ? ['Options:', ...optionsOf(command.options), ''] : []),
    'Options of every command:',
    ...optionsOf(COMMON),
  ].join('\n')

const optionsOf = (options: Readonly<Record<string, Option>>): readonly string[] => {
  const names = Object.entries(options).map(
    ([name, o]) => `--${name}${o.value === undefined ? '' : ` ${o.value}`}`,
  )
  const width = Math.max(...names.map((n) => n.length))
  return Object.values(options).map((o, i) => `  ${names[i]!.padEnd(width)}  ${o.says}`)
}
