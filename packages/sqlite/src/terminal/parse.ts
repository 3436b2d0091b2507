import { parseArgs } from 'node:util'
import type { Command, Given, Option } from './command.js'

/** Options that every command takes. */
export const COMMON: Readonly<Record<string, Option>> = {
  file: { value: 'FILE', says: 'the journal; default $XCONNECTOR_FILE, else ./xconnector.db' },
  wait: { value: '10s', says: 'how long the running service has to answer; default 10s, with --whole 30s' },
  json: { says: 'JSON, one value a line' },
  help: { says: 'what the command does' },
}

/** What a command line says, or why it makes no sense. */
export type Parsed = { readonly command: Command; readonly given: Given } | { readonly wrong: string }

/** Reads a command line. The longest name of a command wins: `dead ls` before `dead`. */
export const parse = (args: readonly string[], commands: readonly Command[]): Parsed => {
  const valued = withValue(commands)
  const found = [2, 1].flatMap((n) => {
    const words = leading(args, n, valued)
    return commands.filter((command) => command.name === words?.join(' '))
  })[0]
  if (found === undefined) return { wrong: noSuch(args, valued, commands) }
  const options = { ...COMMON, ...found.options }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(
        Object.entries(options).map(([name, option]) => [name, spec(name, option)] as const),
      ),
      allowPositionals: true,
      strict: true,
    })
    const entries = Object.entries(values)
    const texts = Object.fromEntries(
      entries.filter((one): one is [string, string] => typeof one[1] === 'string'),
    )
    const flags = new Set(entries.filter(([, value]) => value === true).map(([name]) => name))
    const rest = positionals.slice(found.name.split(' ').length)
    // A name that is left out of account is a filter that is missing.
    if (rest.length > 0 && !takesNames(found))
      return { wrong: `${found.name}: it takes no names, only options; got "${rest[0]!}"` }
    return { command: found, given: { texts, flags, rest } }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'([^']*)'/.exec(message)?.[1] : undefined
    const why =
      unknown === undefined
        ? message.split('\n', 1)[0]!
        : `there is no option ${unknown}; there are ${Object.keys(options)
            .map((name) => `--${name}`)
            .join(', ')}`
    return { wrong: `${found.name}: ${why}` }
  }
}

const SHORT: Readonly<Record<string, string>> = { file: 'f', help: 'h' }

const spec = (
  name: string,
  { value }: Option,
): { readonly type: 'string' | 'boolean'; readonly short?: string } => ({
  type: value === undefined ? 'boolean' : 'string',
  ...(SHORT[name] !== undefined && { short: SHORT[name] }),
})

const takesNames = ({ takes }: Command): boolean => takes !== '' && !/^\[(options|--)/.test(takes)

/** How options are written that take a value. */
const withValue = (commands: readonly Command[]): ReadonlySet<string> =>
  new Set(
    [COMMON, ...commands.map((c) => c.options)].flatMap((options) =>
      Object.entries(options).flatMap(([name, { value }]) =>
        value === undefined ? [] : [`--${name}`, ...(SHORT[name] === undefined ? [] : [`-${SHORT[name]}`])],
      ),
    ),
  )

// The words of a command come first; `--file x` and the like may stand before them.
const leading = (
  args: readonly string[],
  n: number,
  valued: ReadonlySet<string>,
): readonly string[] | undefined => {
  const words: string[] = []
  for (let i = 0; i < args.length && words.length < n; i++) {
    const arg = args[i]!
    if (arg === '--') return undefined
    if (valued.has(arg)) i++
    else if (!arg.startsWith('-')) words.push(arg)
  }
  return words.length === n ? words : undefined
}

const noSuch = (
  args: readonly string[],
  valued: ReadonlySet<string>,
  commands: readonly Command[],
): string => {
  const words = leading(args, 2, valued) ?? leading(args, 1, valued) ?? []
  const said = words.join(' ')
  const near = commands.filter((c) => c.name.startsWith(`${words[0]} `))
  const names = (near.length > 0 ? near : commands).map((c) => c.name).join(', ')
  return said === '' ? `say what to do: ${names}` : `there is no command "${said}"; there are ${names}`
}
